// Colours are chosen for contrast: text 4.5:1 and borders of controls 3:1 on their surface, in both schemes.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import type { Palette } from './accents.ts';

const gray: MantineColorsTuple = [
  '#f5f6f8',
  '#eceff2',
  '#e1e5ea',
  '#d3d9e0',
  '#bcc4cd',
  '#838d99',
  '#6a7481',
  '#56606d',
  '#38414c',
  '#1c232b',
];

// Mantine takes 0 for text, 2 for dimmed, 3 for placeholders, 4 for borders, 5 for hover, 6 for fields, 7 for the body.
const dark: MantineColorsTuple = [
  '#dde2e8',
  '#b9c1cb',
  '#98a2ae',
  '#828c99',
  '#323a45',
  '#262d37',
  '#1b2129',
  '#12161b',
  '#0d1014',
  '#080a0d',
];

const theme = createTheme({
  colors: { gray, dark },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.4' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Drawer: { defaultProps: { position: 'right', transitionProps: { duration: 120 } } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 } } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, position: 'bottom-end', shadow: 'md' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 320 } },
    Select: { defaultProps: { allowDeselect: false, checkIconPosition: 'right' } },
    Skeleton: { defaultProps: { radius: 'sm' } },
    // Help stands under the field.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
  },
});

/** The theme with the provider's colour. */
export function themeIn({ shades }: Palette) {
  return { ...theme, colors: { ...theme.colors, accent: shades } };
}

/** What a state means, whatever the thing is: three colours, one for waiting, and one for nothing to say. */
export type Tone = 'fine' | 'attention' | 'broken' | 'pending' | 'quiet';

const toneLight = {
  fine: ['#14653a', '#e4f4ea'],
  attention: ['#855000', '#fdf1d8'],
  broken: ['#b3261e', '#fdeae8'],
  pending: ['#5b3fa8', '#efebfb'],
  quiet: ['#4b5563', '#eceff2'],
};

const toneDark = {
  fine: ['#6fd39b', '#14301f'],
  attention: ['#efbd62', '#37290e'],
  broken: ['#ff938a', '#401a18'],
  pending: ['#b9a5f5', '#2a2346'],
  quiet: ['#b4bdc8', '#262d37'],
};

function toneVariables(tones: Record<Tone, string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tones).flatMap(([tone, [text, surface]]) => [
      [`--tone-${tone}`, text ?? ''],
      [`--tone-${tone}-surface`, surface ?? ''],
    ]),
  );
}

export const cssVariablesIn =
  ({ shades, chosen }: Palette): CSSVariablesResolver =>
  () => ({
    variables: {},
    light: {
      ...toneVariables(toneLight),
      '--surface': '#ffffff',
      '--surface-hover': '#f1f4f7',
      '--chosen': chosen.light,
      '--chosen-text': shades[8],
      '--line': '#e1e5ea',
      '--control-line': '#8791a0',
      '--mantine-color-body': '#ffffff',
      '--page': '#f5f6f8',
      '--mantine-color-text': '#1c232b',
      '--mantine-color-dimmed': '#56606d',
      '--mantine-color-placeholder': '#6a7481',
      '--mantine-color-error': '#b3261e',
      '--mantine-color-anchor': shades[7],
      '--mantine-color-default-border': '#bcc4cd',
    },
    dark: {
      ...toneVariables(toneDark),
      '--surface': '#181d24',
      '--surface-hover': '#202630',
      '--chosen': chosen.dark,
      '--chosen-text': shades[2],
      '--line': '#2a313b',
      '--control-line': '#66717f',
      '--mantine-color-body': '#181d24',
      '--page': '#12161b',
      '--mantine-color-dimmed': '#98a2ae',
      '--mantine-color-placeholder': '#8a94a1',
      '--mantine-color-error': '#ff938a',
      '--mantine-color-anchor': shades[3],
      '--mantine-color-default-border': '#3b4450',
    },
  });
