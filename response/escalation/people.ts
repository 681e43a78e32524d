/** Whether somebody is called by a staff id; else it is an account that has none, which no channel reaches. */
export function isStaff(person: string): boolean {
  return !person.includes(":");
}
