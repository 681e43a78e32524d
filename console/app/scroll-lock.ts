/** In place of the dialogs' own scroll lock (build.ts): base.css holds the page still while a dialog is open. */
export default function useScrollLocker(): void {
  // A style sheet does it.
}
