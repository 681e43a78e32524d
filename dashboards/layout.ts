import type { GridPos } from "@grafana/grafana-foundation-sdk/dashboard";

const COLUMNS = 24;
/** Of every panel, in Grafana's units of 30 pixels. */
const HEIGHT = 8;

/** Places panels of these widths side by side from `y` down. Throws RangeError when a line of them is not 24 columns wide: a hole, or an overflow. */
export function arrange(
  widths: readonly number[],
  y: number,
): { readonly grids: readonly GridPos[]; readonly height: number } {
  const grids: GridPos[] = [];
  let [x, line] = [0, 0];
  for (const w of widths) {
    if (x + w > COLUMNS) throw new RangeError(`a line of panels is ${x + w} columns wide`);
    grids.push({ x, y: y + line * HEIGHT, w, h: HEIGHT });
    x = (x + w) % COLUMNS;
    if (x === 0) line += 1;
  }
  if (x !== 0) throw new RangeError(`the last line of panels is ${x} columns wide`);
  return { grids, height: line * HEIGHT };
}
