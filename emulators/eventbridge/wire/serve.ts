/** What serves EventBridge's calls: which of the room's two APIs a call is for. */
import type { Serving } from '../../../src/kernel/emulator.ts';
import { controlOperations, dataOperations } from '../operations/index.ts';
import type { SigningKey } from '../store/signing-key.ts';
import { asksForCertificate, certificateReply } from './certificate.ts';
import { type ControlPlaneNeeds, createControlPlane } from './control-plane.ts';
import { createDataPlane } from './data-plane.ts';

export interface ServingNeeds extends ControlPlaneNeeds {
  key(): Promise<SigningKey>;
}

export function createServing(needs: ServingNeeds): Serving {
  const control = createControlPlane(needs);
  const data = createDataPlane(needs);
  return {
    rows: [...controlOperations, ...dataOperations],
    handle(request) {
      if (asksForCertificate(request)) return certificateReply(request, needs.key);
      return (request.rawPath === '' || request.rawPath === '/' ? control : data)(request);
    },
  };
}
