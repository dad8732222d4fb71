import {
  type CSSVariablesResolver,
  createTheme,
  DEFAULT_THEME,
  type MantineColorsTuple,
} from '@mantine/core';
import { STATES } from '../texts/states';

/** Our blue, the colour of the sphere; white text on shade 6 has a contrast of 5.2. */
const SPHERE: MantineColorsTuple = [
  '#eef2ff',
  '#dfe6ff',
  '#bccaff',
  '#96aaff',
  '#768dfb',
  '#5874f5',
  '#4460e6',
  '#364fc7',
  '#2c419f',
  '#22337d',
];

const SLATE: MantineColorsTuple = [
  '#f8f9fc',
  '#f1f3f8',
  '#e6e9f1',
  '#d7dce7',
  '#bcc4d4',
  '#97a2b8',
  '#6b7790',
  '#4d5870',
  '#333d53',
  '#1c2436',
];

/** From text on the left to the deepest ground on the right; the page stands on 7. */
const NIGHT: MantineColorsTuple = [
  '#d9deea',
  '#b8c0d2',
  '#97a1b8',
  '#6f7a93',
  '#3a4459',
  '#2c3548',
  '#212939',
  '#171d2a',
  '#10151f',
  '#0b0f17',
];

const CLOSE = { 'aria-label': STATES.close };

export const theme = createTheme({
  black: SLATE[9],
  primaryColor: 'sphere',
  primaryShade: { light: 6, dark: 6 },
  colors: { sphere: SPHERE, gray: SLATE, dark: NIGHT },
  fontFamily:
    '"Inter Variable", ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  defaultRadius: 'md',
  radius: { sm: '0.375rem', md: '0.5rem', lg: '0.75rem' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.625rem', lineHeight: '1.25' },
      h2: { fontSize: '1.1875rem', lineHeight: '1.35' },
      h3: { fontSize: '1rem', lineHeight: '1.4' },
    },
  },
  components: {
    Card: { defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } },
    Modal: { defaultProps: { radius: 'lg', centered: true, closeButtonProps: CLOSE } },
    Drawer: { defaultProps: { closeButtonProps: CLOSE } },
    Notification: { defaultProps: { closeButtonProps: CLOSE } },
    Badge: { defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } },
    Tooltip: { defaultProps: { withArrow: true } },
  },
});

/** What a button beside a field stands lower by, so that an error below the field does not move it. Pixels. */
export const FIELD_LABEL_HEIGHT = 23;

/**
 * Mantine's own greys and light variants stay below the contrast of 4.5 that WCAG asks for; these are above it, on
 * the page and on cards.
 */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const names = [...Object.keys(DEFAULT_THEME.colors), 'sphere'].filter((name) => name !== 'dark');
  const ofEach = (variables: (name: string) => [name: string, value: string][]) =>
    Object.fromEntries(names.flatMap(variables));
  // Text on a filled button is white; the primary colour is dark enough for it by itself.
  const filled = Object.fromEntries(
    names
      .filter((name) => name !== 'sphere')
      .flatMap((name) => [
        [`--mantine-color-${name}-filled`, inkOf(name)],
        [`--mantine-color-${name}-filled-hover`, `color-mix(in srgb, ${inkOf(name)}, black 12%)`],
      ]),
  );
  return {
    variables: {},
    light: {
      '--mantine-color-body': '#f6f7fb',
      '--mantine-color-text': 'var(--mantine-color-gray-9)',
      '--mantine-color-dimmed': '#566178',
      '--mantine-color-placeholder': '#69758c',
      '--mantine-color-error': 'var(--mantine-color-red-9)',
      '--mantine-color-default-border': 'var(--mantine-color-gray-3)',
      '--surface': '#ffffff',
      ...filled,
      ...ofEach((name) => [
        [`--mantine-color-${name}-light`, tint(name, 10)],
        [`--mantine-color-${name}-light-hover`, tint(name, 15)],
        [`--mantine-color-${name}-light-color`, inkOf(name)],
      ]),
    },
    dark: {
      '--mantine-color-text': 'var(--mantine-color-dark-0)',
      '--mantine-color-dimmed': '#9ba6bc',
      '--mantine-color-placeholder': '#8b96ad',
      '--mantine-color-error': 'var(--mantine-color-red-4)',
      '--mantine-color-anchor': 'var(--mantine-color-sphere-3)',
      '--surface': 'var(--mantine-color-dark-6)',
      ...filled,
      ...ofEach((name) => [
        [`--mantine-color-${name}-light`, tint(name, 16)],
        [`--mantine-color-${name}-light-hover`, tint(name, 22)],
        [`--mantine-color-${name}-light-color`, `var(--mantine-color-${name}-2)`],
      ]),
    },
  };
};

/** A calm ground: a little of the colour on what cards are made of. */
function tint(name: string, percent: number): string {
  return `color-mix(in srgb, var(--mantine-color-${name}-6) ${percent}%, var(--surface))`;
}

/** The deepest shade as text on its own lightest; the bright hues do not reach the contrast without some black. */
function inkOf(name: string): string {
  const deepest = `var(--mantine-color-${name}-9)`;
  return BRIGHT.has(name) ? `color-mix(in srgb, ${deepest}, black 35%)` : deepest;
}

const BRIGHT = new Set(['yellow', 'orange', 'lime', 'green', 'teal', 'cyan']);
