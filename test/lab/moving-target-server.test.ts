import { labPair } from '../moving/stage.ts';
import { targetServerCases } from '../moving/target-server-cases.ts';

targetServerCases([labPair]);
