/** A role that the mover's own user gets in a tenant for as long as runs work there. */
export interface RoleLoan {
  readonly userId: string;
  readonly roleId: string;
}

export interface LoanRequest {
  readonly cloud: string;
  /** In that cloud. */
  readonly projectId: string;
}

/** Roles lent to the mover. What is to be lent is recorded before it is, so that it is given back also after a crash. */
export interface LoanActivities {
  /** The role that the mover needs in the project and does not have; nothing when it has one. Changes nothing. */
  neededLoan(request: LoanRequest): Promise<RoleLoan | undefined>;
  lendRole(request: LoanRequest & { readonly loan: RoleLoan }): Promise<void>;
  returnRole(request: LoanRequest & { readonly loan: RoleLoan }): Promise<void>;
}
