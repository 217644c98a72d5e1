// In a layer: what we say of a part of theirs wins, whichever of the two is loaded first.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './global.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { askForPassword } from './features/access/confirm-identity.tsx';
import { onAccessRefused, onConfirmationNeeded } from './lib/api.ts';
import { queryClient } from './lib/query.ts';
import { parseSearch, stringifySearch } from './lib/search.ts';
import { sessionQuery } from './lib/session.ts';
import { cssVariables, theme } from './lib/theme.ts';
import { routeTree } from './route-tree.gen.ts';
import { PageError, PageLoading, PageNotFound } from './ui/page-states.tsx';

const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: PageNotFound,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

onAccessRefused((refusal) => {
  const { pathname, href } = router.state.location;
  if (refusal === 'password_change_required') return void router.navigate({ to: '/password' });
  if (refusal === 'second_factor_required') return void router.navigate({ to: '/second-factor' });
  if (pathname === '/sign-in') return;
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
  void queryClient
    .fetchQuery({ ...sessionQuery, staleTime: 0 })
    .finally(() => void router.navigate({ to: '/sign-in', search: { to: href } }));
});

onConfirmationNeeded(askForPassword);

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={localStorageColorSchemeManager()}
        defaultColorScheme="auto"
      >
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
