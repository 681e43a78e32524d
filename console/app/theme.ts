/** The colours and shapes of the console, by day and by night, for Ant Design and for our own style sheets (`--ink` and so on). */
import { theme as antd } from "antd";
import type { ThemeConfig } from "antd";

export type Shade = "light" | "dark";

/** Contrast on `paper` is at least 4.5:1 for `ink`, `quiet`, `brand` and the severities' text (WCAG 2.2, 1.4.3). */
const LIGHT = {
  ground: "#eff2f1",
  paper: "#ffffff",
  raised: "#f7f9f8",
  ink: "#14201d",
  quiet: "#53645f",
  line: "#d9e0dd",
  brand: "#0b6e5f",
  "brand-soft": "#e2f1ee",
  critical: "#b91c1c",
  "critical-soft": "#fdeaea",
  high: "#b8440c",
  "high-soft": "#fdefe4",
  medium: "#8a5a06",
  "medium-soft": "#fbf3da",
  low: "#475a72",
  "low-soft": "#ebeff5",
  good: "#156c42",
  "good-soft": "#e3f3ea",
  drill: "#6b3fa0",
  shadow: "0 1px 2px rgb(16 32 28 / 6%), 0 4px 16px rgb(16 32 28 / 6%)",
} as const;

type Palette = { readonly [colour in keyof typeof LIGHT]: string };

const DARK: Palette = {
  ground: "#0c1311",
  paper: "#141c1a",
  raised: "#1a2421",
  ink: "#e4ece9",
  quiet: "#9aaca6",
  line: "#2a3733",
  brand: "#3cc2aa",
  "brand-soft": "#14332d",
  critical: "#ff7b73",
  "critical-soft": "#3a1715",
  high: "#ff9a5c",
  "high-soft": "#38200f",
  medium: "#e6b84a",
  "medium-soft": "#2f270e",
  low: "#9db4d2",
  "low-soft": "#1a2431",
  good: "#5fcf95",
  "good-soft": "#12301f",
  drill: "#c3a3ee",
  shadow: "0 1px 2px rgb(0 0 0 / 40%)",
};

/** Behind white text, by day and by night the same: an alarm looks like itself. */
const FILLS = {
  "critical-fill": "#b91c1c",
  "high-fill": "#b8440c",
  "medium-fill": "#8a5a06",
  "low-fill": "#475a72",
  "good-fill": "#156c42",
  "drill-fill": "#6b3fa0",
} as const;

const FONT =
  '-apple-system, "PingFang SC", "Microsoft YaHei UI", "Noto Sans SC", "WenQuanYi Micro Hei", "Segoe UI", Roboto, sans-serif';

/** On a phone every control is at least 48 px high (WCAG 2.2, 2.5.8 asks 24; a running carer needs more). */
export function themeOf(shade: Shade, screen: "phone" | "desk"): ThemeConfig {
  const colours = shade === "dark" ? DARK : LIGHT;
  return {
    algorithm: shade === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: shade === "dark" ? "#2aa892" : LIGHT.brand,
      colorInfo: shade === "dark" ? "#2aa892" : LIGHT.brand,
      colorLink: colours.brand,
      colorError: shade === "dark" ? "#e5534b" : LIGHT.critical,
      colorWarning: shade === "dark" ? "#d9a02f" : "#b7791f",
      colorSuccess: shade === "dark" ? "#35a56e" : LIGHT.good,
      colorBgLayout: colours.ground,
      colorBgContainer: colours.paper,
      colorBgElevated: colours.raised,
      colorText: colours.ink,
      colorTextSecondary: colours.quiet,
      colorTextTertiary: colours.quiet,
      colorBorder: colours.line,
      colorBorderSecondary: colours.line,
      borderRadius: 8,
      fontFamily: FONT,
      fontSize: screen === "phone" ? 16 : 14,
      controlHeight: screen === "phone" ? 48 : 34,
    },
    components: {
      Button: {
        fontWeight: 500,
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
      },
      Table: { cellPaddingBlock: 9, headerBg: colours.raised },
      // Over calls (live/notices.css).
      Message: { zIndexPopup: 1400 },
      Menu: { itemBg: "transparent", itemHeight: 40 },
    },
  };
}

/** Gives the style sheets the same colours, as custom properties of the document. */
export function paint(root: HTMLElement, shade: Shade): void {
  const colours = { ...(shade === "dark" ? DARK : LIGHT), ...FILLS };
  for (const [name, colour] of Object.entries(colours)) {
    root.style.setProperty(`--${name}`, colour);
  }
  root.style.colorScheme = shade;
}
