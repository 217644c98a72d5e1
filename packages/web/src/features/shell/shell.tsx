import { AppShell } from '@mantine/core';
import { useDisclosure, useHotkeys, useMediaQuery } from '@mantine/hooks';
import { ModalsProvider } from '@mantine/modals';
import { Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { connectRealtime } from '../../lib/realtime.ts';
import { useSession } from '../../lib/session.ts';
import { t } from '../../lib/words.ts';
import { DemoBanner } from '../../ui/demo-banner.tsx';
import { EmergencyNotice, useIsEmergency } from '../emergency/emergency-notice.tsx';
import { SearchEverything } from './search-everything.tsx';
import classes from './shell.module.css';
import { openShortcuts } from './shortcuts.ts';
import { BottomBar, SideBar } from './side-bar.tsx';
import { TopBar } from './top-bar.tsx';

const barHeight = 52;
const bannerHeight = 28;

/** Everything around a page. Dialogs live here, so that the sign-in page need not load them. */
export function Shell() {
  return (
    <ModalsProvider>
      <ShellBody />
    </ModalsProvider>
  );
}

function ShellBody() {
  const { isDemo } = useSession();
  const bannerCount = Number(isDemo) + Number(useIsEmergency());
  const isPhone = useMediaQuery('(max-width: 48em)', undefined, { getInitialValueInEffect: false });
  const [isMenuOpen, menu] = useDisclosure(false);
  const [isSearching, search] = useDisclosure(false);
  useEffect(connectRealtime, []);
  usePagesAtHand();
  useHotkeys([
    ['mod+K', search.open],
    ['/', search.open],
    ['shift+?', openShortcuts],
  ]);
  return (
    <AppShell
      header={{ height: barHeight + bannerHeight * bannerCount }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      footer={{ height: 56, collapsed: !isPhone }}
      transitionDuration={120}
      padding={{ base: 'sm', sm: 'lg' }}
      classNames={{ header: classes.header, navbar: classes.sideBar, footer: classes.footer }}
    >
      <AppShell.Header>
        <a className={classes.skip} href="#content">
          {t('shell.skip')}
        </a>
        <EmergencyNotice />
        <DemoBanner />
        <TopBar isMenuOpen={isMenuOpen} onMenu={menu.toggle} onSearch={search.open} />
      </AppShell.Header>
      <AppShell.Navbar aria-label={t('shell.navigation')}>
        <SideBar onNavigate={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <div className={classes.page}>
          <Outlet />
        </div>
      </AppShell.Main>
      {isPhone && (
        <AppShell.Footer>
          <BottomBar />
        </AppShell.Footer>
      )}
      <SearchEverything opened={isSearching} onClose={search.close} />
    </AppShell>
  );
}

// The first page has been painted and answered by then, on a slow line too.
const restMs = 2000;

/**
 * Fetches the code of all pages while nothing else happens. Who opens another page while the server is away then reads that
 * in our words; without its code the browser would show its own error instead of the app.
 */
function usePagesAtHand() {
  const router = useRouter();
  useEffect(() => {
    const timer = setTimeout(() => {
      for (const route of Object.values(router.routesById)) router.loadRouteChunk(route)?.catch(() => {});
    }, restMs);
    return () => clearTimeout(timer);
  }, [router]);
}
