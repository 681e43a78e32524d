/** What the radar sees. Distances cm, energies 0-100. Distances of an absent target are sent as they are, like the real one does. */
export interface RadarView {
  readonly moving: boolean;
  readonly movingCm: number;
  readonly movingEnergy: number;
  readonly still: boolean;
  readonly stillCm: number;
  readonly stillEnergy: number;
}
