/** Neutron writes the owner twice, older servers only as `tenant_id`, and as empty text for what belongs to nobody. */
export function ownerOf(body: { readonly project_id?: string; readonly tenant_id: string }): { projectId?: string } {
  const owner = body.project_id ?? body.tenant_id;
  return owner === '' || owner === undefined ? {} : { projectId: owner };
}
