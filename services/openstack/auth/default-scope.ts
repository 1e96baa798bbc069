import type { ApiError } from '../../api-error.ts';
import { authProblem } from './auth-problem.ts';

export interface CandidateProject {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/**
 * The project for a configuration that names no scope: the only one the user has a role in, else the one called like the
 * user (`admin` typically).
 */
export function chooseProject(
  cloud: string,
  userName: string,
  projects: readonly CandidateProject[],
): CandidateProject | ApiError {
  const enabled = projects.filter((project) => project.enabled);
  const namesakes = enabled.filter((project) => project.name === userName);
  const choice = enabled.length === 1 ? enabled[0] : namesakes.length === 1 ? namesakes[0] : undefined;
  if (choice) {
    return choice;
  }
  return enabled.length === 0
    ? authProblem(
        cloud,
        `user ${userName} has a role in no project`,
        'give the user a role, or configure a domain scope',
      )
    : authProblem(
        cloud,
        `user ${userName} has roles in several projects (${describe(enabled)}) and none is configured`,
        'set tenant to one of them',
      );
}

function describe(projects: readonly CandidateProject[]): string {
  const names = projects.map((project) => project.name).sort();
  const shown = names.slice(0, 10).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
