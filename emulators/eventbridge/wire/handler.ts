/** Which of the room's two APIs a call is for. */
import type { Handler } from '../../../src/kernel/pipeline.ts';
import { type ControlPlaneNeeds, createControlPlane } from './control-plane.ts';
import { createDataPlane } from './data-plane.ts';

export function createHandler(needs: ControlPlaneNeeds): Handler {
  const control = createControlPlane(needs);
  const data = createDataPlane(needs);
  return (request) => (request.rawPath === '' || request.rawPath === '/' ? control : data)(request);
}
