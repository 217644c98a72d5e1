// What is chosen, leads on or is pressed has the provider's colour. Shade by shade all are as light as the first, so each keeps its
// contrast; none is the colour of a state.
import type { Accent } from '@lastmile/contract/settings.ts';
import type { MantineColorsTuple } from '@mantine/core';

export type Palette = {
  shades: MantineColorsTuple;
  /** Behind a chosen entry, on light and on dark. */
  chosen: { light: string; dark: string };
};

export const palettes: Record<Accent, Palette> = {
  blue: {
    shades: [
      '#eef6fb',
      '#dcecf6',
      '#b5d8ec',
      '#8ac2e2',
      '#5fabd6',
      '#3b94c8',
      '#217bb0',
      '#15608f',
      '#114e75',
      '#0d3d5c',
    ],
    chosen: { light: '#e3eff7', dark: '#17324a' },
  },
  teal: {
    shades: [
      '#edf7f5',
      '#dbeeeb',
      '#b3dcd6',
      '#85c9bf',
      '#53b4a9',
      '#15a094',
      '#07867b',
      '#056961',
      '#06564e',
      '#02433d',
    ],
    chosen: { light: '#e2f1ee', dark: '#043833' },
  },
  olive: {
    shades: [
      '#f4f6ee',
      '#e8ebdc',
      '#cfd7b6',
      '#b5c08d',
      '#9ca965',
      '#859442',
      '#6e7c27',
      '#566216',
      '#464f12',
      '#363e0d',
    ],
    chosen: { light: '#ecefe3', dark: '#2e3313' },
  },
  plum: {
    shades: [
      '#faf2f8',
      '#f3e4ef',
      '#e6c7de',
      '#d8a8cc',
      '#c88aba',
      '#b56fa6',
      '#9c588e',
      '#7d4271',
      '#66355c',
      '#502948',
    ],
    chosen: { light: '#f5e9f1', dark: '#41253b' },
  },
  slate: {
    shades: [
      '#f3f5f6',
      '#e7e9ed',
      '#cdd3da',
      '#b2bac5',
      '#97a2b1',
      '#808c9d',
      '#687585',
      '#515c69',
      '#424a56',
      '#333a43',
    ],
    chosen: { light: '#ebedf0', dark: '#2b3037' },
  },
};
