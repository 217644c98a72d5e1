// Overdue is derived from the due date and never stored (billing.md R-OVD-1).

/** Overdue from the first instant after the due date. */
export function isOverdue(invoice: { status: string; dueOn: Temporal.PlainDate }, today: Temporal.PlainDate): boolean {
  return invoice.status === 'open' && Temporal.PlainDate.compare(invoice.dueOn, today) < 0;
}

/** An open invoice that was due before this day is past its days of grace, and suspends. */
export function suspendsWhenDueBefore(today: Temporal.PlainDate, graceDays: number): Temporal.PlainDate {
  return today.subtract({ days: graceDays });
}
