// Which rule answers which op of the case file. The adapters translate and decide nothing: every decision is in a rule that the
// product uses, too.
import { bookAnswers } from './exam-book-answers.ts';
import type { Answer } from './exam-given.ts';
import { invoiceAnswers } from './exam-invoice-answers.ts';
import { paymentAnswers } from './exam-payment-answers.ts';
import { periodAnswers } from './exam-period-answers.ts';

export const answers: Readonly<Record<string, Answer>> = {
  ...periodAnswers,
  ...invoiceAnswers,
  ...paymentAnswers,
  ...bookAnswers,
};
