export const routers = {
  title: 'Routers',
} as const;
