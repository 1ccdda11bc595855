/** Collects garbage when asked to (SIGUSR2), so that a server is not blamed for what it no longer needs. */

process.on('SIGUSR2', () => globalThis.gc());
