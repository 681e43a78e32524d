/** What the command line needs of people and access. */
export { countAdministrators } from "../store/users.ts";
export { newAdministratorLink } from "./links.ts";
