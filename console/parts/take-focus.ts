/** For what lies over the page: a screen reader reads it, and no key that is meant for the page below answers. Used as a `ref`. */
export function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
