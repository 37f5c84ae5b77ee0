-- What each payer that occurs says of each service on each service date, and of single codes where it says so (code '' =
-- of every other code). The payer's own word goes before that of its kind of coverage; a word on a code before one on
-- its service before one on everything.
-- key: payer_id, product, service, service_day, code
-- reads: asked, person_coverage, rule_payers
with seen as (
  select distinct c.payer_id, c.product, a.service, a.service_day
  from asked a
  join person_coverage c on c.care_no = a.care_no
  where a.rule = 'payer-accepts' and c.covered = 1
),
said as (
  select
    s.payer_id, s.product, s.service, s.service_day, r.code, r.verdict, r.min_conditions,
    case when r.payer_id = '' then 0 else 8 end + case when r.code = '' then 0 else 4 end
      + case when r.service = '' then 0 else 2 end as weight
  from seen s
  join rule_payers r
    on r.product = s.product and (r.payer_id = s.payer_id or r.payer_id = '')
    and (r.service = s.service or r.service = '')
    and r.from_day <= s.service_day and r.to_day >= s.service_day
),
named as (
  select distinct payer_id, product, service, service_day, code from said
),
ranked as (
  select
    n.payer_id, n.product, n.service, n.service_day, n.code, s.verdict, s.min_conditions,
    row_number() over (
      partition by n.payer_id, n.product, n.service, n.service_day, n.code order by s.weight desc
    ) as place
  from named n
  join said s
    on s.payer_id = n.payer_id and s.product = n.product and s.service = n.service and s.service_day = n.service_day
    and (s.code = n.code or s.code = '')
)
select payer_id, product, service, service_day, code, verdict, min_conditions from ranked where place = 1
