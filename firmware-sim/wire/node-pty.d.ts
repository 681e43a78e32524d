/** The native part of node-pty, which its types leave out. */
declare module "@lydell/node-pty/requireBinary.js" {
  interface NativePty {
    /** File descriptors of both ends, non-blocking, and the path of the slave. */
    open(columns: number, rows: number): { master: number; slave: number; pty: string };
  }
  export function requireBinary(file: "pty.node"): NativePty;
}
