// When a schedule runs next. pg-boss decides it; this says it beforehand, for the page.

/** The values that one field of cron allows: `*`, `7`, `1,15`, `9-17`, a step such as `*` with `/10`. */
function valuesOf(field: string, least: number, most: number): Set<number> {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [, range = '*', step = '1'] = /^(\*|\d+(?:-\d+)?)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first, last = first] = range === '*' ? [least, most] : range.split('-').map(Number);
    for (let value = first ?? least; value <= (last ?? most); value += Number(step)) values.add(value);
  }
  return values;
}

// Our schedules run at least once a month; a leap day is within four years.
const farthestDays = 4 * 366;

/** Five fields; days of the week from 0, a Sunday. undefined: never. */
export function nextRun(cron: string, timeZone: string, now: Temporal.Instant): Temporal.Instant | undefined {
  const [minutes = '*', hours = '*', days = '*', months = '*', weekdays = '*'] = cron.split(' ');
  const allowed = {
    minutes: valuesOf(minutes, 0, 59),
    hours: valuesOf(hours, 0, 23),
    days: valuesOf(days, 1, 31),
    months: valuesOf(months, 1, 12),
    weekdays: valuesOf(weekdays, 0, 6),
  };
  const start = now.toZonedDateTimeISO(timeZone).round({ smallestUnit: 'minute', roundingMode: 'floor' });
  for (let ahead = 0; ahead <= farthestDays; ahead++) {
    const day = start.toPlainDate().add({ days: ahead });
    if (!allowed.months.has(day.month) || !allowed.days.has(day.day) || !allowed.weekdays.has(day.dayOfWeek % 7))
      continue;
    for (const hour of [...allowed.hours].toSorted((a, b) => a - b))
      for (const minute of [...allowed.minutes].toSorted((a, b) => a - b)) {
        const at = day.toZonedDateTime({ timeZone, plainTime: { hour, minute } }).toInstant();
        if (Temporal.Instant.compare(at, now) > 0) return at;
      }
  }
  return undefined;
}
