import { BYTES_PER_GIB } from '../../simulator/cinder/volumes.ts';
import { copyingOnEach } from './copy-stage.ts';
import { simulatedPairs } from './stage.ts';
import { volumeCases } from './volume-cases.ts';

copyingOnEach(simulatedPairs, 'a volume that is moved', (stage) => volumeCases(stage, BYTES_PER_GIB));
