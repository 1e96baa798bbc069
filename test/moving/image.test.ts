import { copyingOnEach } from './copy-stage.ts';
import { imageCases } from './image-cases.ts';
import { simulatedPairs } from './stage.ts';

copyingOnEach(simulatedPairs, 'an image that is moved', imageCases);
