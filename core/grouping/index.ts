/** The latest event of one group and scope. */
export interface OpenEvent {
  readonly id: string;
  readonly onset: number;
  /** When the last alert was raised in it. */
  readonly last: number;
  /** Keys of its alarms that are active (`rule|device`). */
  readonly active: readonly string[];
}
