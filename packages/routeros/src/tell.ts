/** Calls listeners from inside a socket's handler. One that throws is its owner's mistake: it surfaces, but not in here. */
export function tell(emit: () => void): void {
  try {
    emit();
  } catch (error) {
    process.nextTick(() => {
      throw error;
    });
  }
}
