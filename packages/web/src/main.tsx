// In a layer: what we say of a part of theirs wins, whichever of the two is loaded first.
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './global.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider, useQuery } from '@tanstack/react-query';
import { createRouter, RouterProvider } from '@tanstack/react-router';
import { type ReactNode, StrictMode, useMemo } from 'react';
import { createRoot } from 'react-dom/client';
import { askForPassword } from './features/access/confirm-identity.tsx';
import { palettes } from './lib/accents.ts';
import { onAccessRefused, onConfirmationNeeded } from './lib/api.ts';
import { queryClient } from './lib/query.ts';
import { parseSearch, stringifySearch } from './lib/search.ts';
import { sessionQuery } from './lib/session.ts';
import { cssVariablesIn, themeIn } from './lib/theme.ts';
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

/** Nothing coloured is drawn before the session is there, so no colour changes while a page comes up. */
function Painted({ children }: { children: ReactNode }) {
  const accent = useQuery(sessionQuery).data?.provider.accent ?? 'blue';
  const paint = useMemo(
    () => ({ theme: themeIn(palettes[accent]), variables: cssVariablesIn(palettes[accent]) }),
    [accent],
  );
  return (
    <MantineProvider
      theme={paint.theme}
      cssVariablesResolver={paint.variables}
      colorSchemeManager={colorSchemes}
      defaultColorScheme="auto"
    >
      {children}
    </MantineProvider>
  );
}

const colorSchemes = localStorageColorSchemeManager();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Painted>
        <Notifications position="top-center" />
        <RouterProvider router={router} />
      </Painted>
    </QueryClientProvider>
  </StrictMode>,
);
