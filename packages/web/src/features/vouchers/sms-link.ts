/** Opens the program for messages with a text to somebody. Numbers are typed with spaces and dashes; not every phone takes them off. */
export function smsLink(phone: string | null | undefined, text: string): string {
  return `sms:${phone?.replace(/[^\d+]/g, '') ?? ''}?body=${encodeURIComponent(text)}`;
}
