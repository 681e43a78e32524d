export { roomCode } from "./room-code.ts";
