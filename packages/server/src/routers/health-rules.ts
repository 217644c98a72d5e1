// What the figures of a router mean, and how to read them from the words of its versions.
import type { routerConcerns } from '@lastmile/contract/routers.ts';

export type Concern = (typeof routerConcerns)[number];

export type HealthFigures = {
  cpuLoadPercent: number | null;
  memoryUsedPercent: number | null;
  temperatureCelsius: number | null;
  clockSkewSeconds: number | null;
  latencyMs: number | null;
};

// Far from where a router still works well, and not where it already fails. RouterBOARDs are made for up to 70 to 85 °C.
const limits = {
  cpuLoadPercent: 90,
  memoryUsedPercent: 95,
  temperatureCelsius: 75,
  clockSkewSeconds: 120,
  latencyMs: 2000,
};

/** Why a router that answers is not well. None: it is. */
export function concernsOf(figures: HealthFigures): Concern[] {
  const isOver = (key: keyof HealthFigures) => Math.abs(figures[key] ?? 0) >= limits[key];
  return [
    ...(isOver('cpuLoadPercent') ? (['cpu_high'] as const) : []),
    ...(isOver('memoryUsedPercent') ? (['memory_low'] as const) : []),
    ...(isOver('temperatureCelsius') ? (['hot'] as const) : []),
    ...(isOver('clockSkewSeconds') ? (['clock_wrong'] as const) : []),
    ...(isOver('latencyMs') ? (['slow'] as const) : []),
  ];
}

export function memoryUsedPercent(freeBytes: bigint | null, totalBytes: bigint | null): number | null {
  if (freeBytes === null || !totalBytes) return null;
  return Number(((totalBytes - freeBytes) * 100n) / totalBytes);
}

type Row = Readonly<Record<string, string | undefined>>;

/** On boards, and on x86. */
const isTemperature = /temperature\d?$|^(cpu|board|lm87)-temp$|^temp\d$/;

/** Of all sensors the hottest; v7 tells a list, v6 and x86 one row, and a virtual machine has none. */
export function hottestSensor(rows: readonly Row[]): number | null {
  const readings = rows.flatMap((row) => {
    if (row.name !== undefined) return isTemperature.test(row.name) ? [row.value] : [];
    return Object.keys(row)
      .filter((name) => isTemperature.test(name))
      .map((name) => row[name]);
  });
  const degrees = readings.map((value) => Number.parseFloat(value ?? '')).filter(Number.isFinite);
  return degrees.length > 0 ? Math.max(...degrees) : null;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** The present as the router's clock tells it: `2026-08-31`, before 7.10 `sep/02/2019`. undefined where it cannot be read. */
export function clockOf(row: Row | undefined): Temporal.Instant | undefined {
  const old = /^([a-z]{3})\/(\d\d)\/(\d{4})$/i.exec(row?.date ?? '');
  const month = months.indexOf(old?.[1]?.toLowerCase() ?? '') + 1;
  const date = old ? `${old[3]}-${String(month).padStart(2, '0')}-${old[2]}` : row?.date;
  const offset = /^([+-]?)(\d\d:\d\d)$/.exec(row?.['gmt-offset'] ?? '+00:00');
  if (!date || !row?.time || !offset) return undefined;
  try {
    return Temporal.Instant.from(`${date}T${row.time}${offset[1] || '+'}${offset[2]}`);
  } catch {
    return undefined;
  }
}
