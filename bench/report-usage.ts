/** Loaded before a program (`node --import`): at its end it writes what the process used into the file that `BENCH_USAGE_FILE` names. */
import { writeFileSync } from 'node:fs';

const file = process.env['BENCH_USAGE_FILE'];
if (file !== undefined) process.on('exit', () => writeFileSync(file, JSON.stringify(process.resourceUsage())));
