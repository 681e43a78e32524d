export { FIELD, LineReader } from "./reader.ts";
export type { FieldCode, FieldRange, LineError, LineReason, TagRange } from "./reader.ts";
export { parse, parseFields, plain } from "./parse.ts";
export type { Line, LineValue, Mistake, ParseOptions, Precision } from "./parse.ts";
export { lineOf, writeLine } from "./writer.ts";
export type { WritableLine } from "./writer.ts";
