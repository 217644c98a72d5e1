export const pending = {
  title: 'Pending on routers',
} as const;
