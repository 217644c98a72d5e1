// Where a line is, as people give it: coordinates from a device, or the address of a map they looked at.
export type Position = { latitude: number; longitude: number };

/** "-1.29207, 36.82195": six decimals are ten centimetres. */
export function textOfPosition(position: Position | null): string {
  if (!position) return '';
  return [position.latitude, position.longitude].map((degrees) => String(Number(degrees.toFixed(6)))).join(', ');
}

/** undefined: what was typed is no position. null: nothing was typed. */
export function positionOfText(text: string): Position | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  const pair = pairInLink(typed) ?? /^(-?\d{1,3}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)$/.exec(typed);
  if (!pair) return undefined;
  const [latitude, longitude] = [Number(pair[1]), Number(pair[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

const degrees = '(-?\\d{1,3}\\.\\d+)';

/** What the maps on the web write into their addresses; the point that was marked goes before the middle of the picture. */
function pairInLink(typed: string): RegExpExecArray | null {
  if (!/^(https?:\/\/|geo:)/.test(typed)) return null;
  const forms = [
    `!3d${degrees}!4d${degrees}`,
    `mlat=${degrees}&mlon=${degrees}`,
    `[?&](?:q|ll|query)=${degrees}(?:,|%2C)${degrees}`,
    `geo:${degrees},${degrees}`,
    `@${degrees},${degrees}`,
    `#map=[\\d.]+/${degrees}/${degrees}`,
  ];
  for (const form of forms) {
    const found = new RegExp(form).exec(typed);
    if (found) return found;
  }
  return null;
}

export function mapLink({ latitude, longitude }: Position): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=18/${latitude}/${longitude}`;
}
