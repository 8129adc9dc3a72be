"""Runs a command in a real pseudo-terminal: what comes in is typed, what the terminal shows goes out. Ends as the command ends."""
import fcntl, os, pty, select, struct, sys, termios

pid, master = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
sources = [0, master]
while master in sources:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:  # the command has closed its side
            data = b""
        if not data:
            sources.remove(source)
        elif source == master:
            os.write(1, data)
        else:
            os.write(master, data)
_, status = os.waitpid(pid, 0)
sys.exit(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
