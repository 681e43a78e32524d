export { LineReader } from "./reader.ts";
export { FIELD } from "./value.ts";
export type { FieldCode } from "./value.ts";
export type { FieldRange, LineError, LineReason, TagRange } from "./reader.ts";
export { parse, parseFields, plain } from "./parse.ts";
export type { Line, LineValue, Mistake, ParseOptions, Precision } from "./parse.ts";
export { lineOf, writeLine } from "./writer.ts";
export type { WritableLine } from "./writer.ts";
