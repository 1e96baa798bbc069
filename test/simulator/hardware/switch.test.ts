import { describe, expect, it } from '@jest/globals';
import { simulatedStage } from '../../services/switch/simulated-stage.ts';
import { driverFor, failure } from '../../services/switch/switch-cases.ts';

describe('a simulated switch', () => {
  it('refuses the PVID of a VLAN that the port is not in, and tells the site where untagged frames go', async () => {
    const stage = await simulatedStage();
    const { simulated } = stage;
    try {
      const outside = { pvid: 100, untagged: [10], tagged: [20] };
      const error = await failure(driverFor(stage).setPortVlans('Gi1/0/2', outside));
      expect(error.message).toContain('SET dot1qPvid.2: inconsistentValue');
      expect(simulated.portVlan('Gi1/0/2')).toBe(10);
      await driverFor(stage).setPortVlans('Gi1/0/2', { pvid: 100, untagged: [100], tagged: [] });
      expect(simulated.portVlan('10102')).toBe(100);
      expect(simulated.vlansOf('Gi1/0/2')).toEqual({ pvid: 100, untagged: [100], tagged: [] });
    } finally {
      await stage.close();
    }
  });

  it('answers late where it is slow', async () => {
    const stage = await simulatedStage({ behaviour: { answersAfterMs: 500 } });
    try {
      expect((await failure(driverFor(stage, undefined, 50).portVlans('Gi1/0/2'))).kind).toBe('timeout');
      stage.simulated.behave({ answersAfterMs: 1 });
      expect((await driverFor(stage).portVlans('Gi1/0/2')).pvid).toBe(10);
    } finally {
      await stage.close();
    }
  });
});
