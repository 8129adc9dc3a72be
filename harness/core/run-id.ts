/** `2026-11-23T02-51-21Z-worker_failure-7f3a`: sorts by time, is a file name everywhere, and can be typed in part. */
export const RUN_ID = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z-[a-z0-9_]+-[0-9a-f]{4}$/;
