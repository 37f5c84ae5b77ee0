-- Yields: each provider's class for rate cells, and the payees of its fees.
-- Key: pcp. Inputs: provider_kinds, provider_classes, payee_numbers.
select
    kinds.pcp,
    classes.provider_class,
    own.payee as pcp_payee,
    of_group.payee as group_payee
from provider_kinds as kinds
join provider_classes as classes
    on classes.panel_type = kinds.panel_type
    and classes.pcp_type = kinds.pcp_type
    and classes.tier = kinds.tier
join payee_numbers as own on own.payee_id = kinds.pcp_id
join payee_numbers as of_group on of_group.payee_id = kinds.group_id
