/** Which of the room's two APIs a call is for. */
import type { Handler } from '../../../src/kernel/pipeline.ts';
import type { SigningKey } from '../store/signing-key.ts';
import { asksForCertificate, certificateReply } from './certificate.ts';
import { type ControlPlaneNeeds, createControlPlane } from './control-plane.ts';
import { createDataPlane } from './data-plane.ts';

export interface HandlerNeeds extends ControlPlaneNeeds {
  key(): Promise<SigningKey>;
}

export function createHandler(needs: HandlerNeeds): Handler {
  const control = createControlPlane(needs);
  const data = createDataPlane(needs);
  return (request) => {
    if (asksForCertificate(request)) return certificateReply(request, needs.key);
    return (request.rawPath === '' || request.rawPath === '/' ? control : data)(request);
  };
}
