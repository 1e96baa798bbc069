import { simulatedStage } from './simulated-stage.ts';
import { switchCases } from './switch-cases.ts';

switchCases('a switch with bitmaps of 8 octets', () => simulatedStage());
switchCases('a switch with bitmaps of 64 octets and VLANs in force beside the static ones', () =>
  simulatedStage({ bitmapBytes: 64, hasCurrentTable: true }),
);
