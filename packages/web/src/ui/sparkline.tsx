import classes from './sparkline.module.css';

export type SparkPoint = { at: number; value: number | null };

type SparklineProps = {
  /** What the picture shows, in words: it is read instead of it. */
  label: string;
  points: readonly SparkPoint[];
  from: number;
  to: number;
  /** The top of the picture; without it the largest value. */
  most?: number | undefined;
  /** Points further apart than this are not joined: between them nobody measured. */
  gapMs: number;
};

const width = 300;
const height = 56;

/** A line of values over time, light enough for many on a page. The figures themselves stand beside it. */
export function Sparkline({ label, points, from, to, most, gapMs }: SparklineProps) {
  const known = points.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }]));
  const top = most ?? Math.max(1, ...known.map(({ value }) => value)) * 1.1;
  const place = ({ at, value }: { at: number; value: number }) =>
    `${(((at - from) / (to - from)) * width).toFixed(1)},${(height - 2 - (Math.min(value, top) / top) * (height - 4)).toFixed(1)}`;
  const lines: string[][] = [];
  for (const [index, point] of known.entries()) {
    const before = known[index - 1];
    if (!before || point.at - before.at > gapMs) lines.push([]);
    lines.at(-1)?.push(place(point));
  }
  return (
    <svg
      className={classes.picture}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <line className={classes.floor} x1={0} x2={width} y1={height - 1} y2={height - 1} />
      {lines.map((line) =>
        line.length === 1 ? (
          <circle
            key={line[0]}
            className={classes.dot}
            cx={line[0]?.split(',')[0]}
            cy={line[0]?.split(',')[1]}
            r={1.5}
          />
        ) : (
          <polyline key={line[0]} className={classes.line} points={line.join(' ')} />
        ),
      )}
    </svg>
  );
}
