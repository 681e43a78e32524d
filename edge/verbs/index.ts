export { verbsOf } from "./verbs.ts";
