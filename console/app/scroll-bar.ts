/** In place of Ant Design's own measure (build.ts), which writes a style that the page's policy refuses: how wide a scroll bar is, px. */
let known: number | undefined;

export default function getScrollBarSize(): number {
  known ??= measure();
  return known;
}

export function getTargetScrollBarSize(): { readonly width: number; readonly height: number } {
  const size = getScrollBarSize();
  return { width: size, height: size };
}

function measure(): number {
  const box = document.createElement("div");
  Object.assign(box.style, { position: "absolute", width: "100px", overflowY: "scroll" });
  document.body.append(box);
  const size = box.offsetWidth - box.clientWidth;
  box.remove();
  return size;
}
