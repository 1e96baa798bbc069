import type { CloudSettings } from '../../../config/index.ts';
import type { Redactor } from '../redact.ts';

/** Tells the redactor the secrets of a configuration. A password that is also the user's name cannot be kept out of text. */
export function learnSecrets(redactor: Redactor, { credentials, name, scope }: CloudSettings): void {
  switch (credentials.kind) {
    case 'password': {
      const project = scope.kind === 'project' && 'name' in scope.project ? [scope.project.name] : [];
      const user = 'name' in credentials.user ? [credentials.user.name] : [];
      redactor.learn(credentials.password, [name, ...project, ...user]);
      if (credentials.token) {
        redactor.learnToken(credentials.token);
      }
      break;
    }
    case 'token':
      redactor.learnToken(credentials.token);
      break;
    case 'application-credential':
    case 'application-credential-by-name':
      redactor.learn(credentials.secret);
      break;
    default:
      credentials satisfies never;
  }
}
