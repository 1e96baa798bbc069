import { simulatedPairs } from './stage.ts';
import { targetServerCases } from './target-server-cases.ts';

targetServerCases(simulatedPairs);
