/** What the radar sees. Distances in cm, energies 0-100; a target that is absent may still carry numbers, as on the real one. */
export interface RadarView {
  readonly moving: boolean;
  readonly movingCm: number;
  readonly movingEnergy: number;
  readonly still: boolean;
  readonly stillCm: number;
  readonly stillEnergy: number;
  readonly detectionCm: number;
  /** Energy per gate of 0.75 m, nine of each; told in engineering mode only. */
  readonly movingGates: readonly number[];
  readonly stillGates: readonly number[];
  /** 0-255 */
  readonly light: number;
  readonly out: number;
}

export const NOBODY: RadarView = {
  moving: false,
  movingCm: 0,
  movingEnergy: 0,
  still: false,
  stillCm: 0,
  stillEnergy: 0,
  detectionCm: 0,
  movingGates: Array.from({ length: 9 }, () => 0),
  stillGates: Array.from({ length: 9 }, () => 0),
  light: 0,
  out: 0,
};
