import { createFileRoute } from '@tanstack/react-router';
import { HomePage } from '../../features/reports/home-page.tsx';

export const Route = createFileRoute('/_app/')({ component: HomePage });
