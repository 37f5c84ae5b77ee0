-- Allowed amount of one unit in cents, by practice, code and period: (work × work index + expense × expense index +
-- malpractice × malpractice index) × conversion factor, rounded half up once; or the national amount of a clinic's code.
-- Null where the fee schedule has no amount for the place (not payable there, or priced by the contractor). What is paid at the
-- national amount is paid alike to everybody: the factor for qualifying participants is the fee schedule's own.
-- key: practice_no, code, from_day
-- reads: practice_months, practice_modes, facility_places, rule_rvus, rule_conversion_factors, rule_gpcis, rule_national_amounts
with national_kinds as (
  select practice_no, max(case when amount_basis = 'national' then 1 else 0 end) as national
  from practice_modes
  group by practice_no
),
places as (
  select
    m.practice_no,
    m.kind,
    m.qualifying_apm,
    f.facility,
    n.national,
    case when n.national = 1 or m.carrier is null or m.locality is null then '' else m.carrier end as carrier,
    case when n.national = 1 or m.carrier is null or m.locality is null then '' else m.locality end as locality
  from practice_months m
  join facility_places f on f.practice_no = m.practice_no
  join national_kinds n on n.practice_no = m.practice_no
),
indexed as (
  select p.practice_no, p.kind, p.qualifying_apm, p.facility, p.national, g.work_e3, g.pe_e3, g.mp_e3,
    cast(g.from_day as bigint) as from_day, cast(g.to_day as bigint) as to_day
  from places p
  join rule_gpcis g on g.carrier = p.carrier and g.locality = p.locality
  where p.carrier <> '' and g.from_day <= :last_day and g.to_day >= :first_day
  union all
  select p.practice_no, p.kind, p.qualifying_apm, p.facility, p.national, 1000 as work_e3, 1000 as pe_e3, 1000 as mp_e3,
    cast(:first_day as bigint) as from_day, cast(:last_day as bigint) as to_day
  from places p
  where p.carrier = ''
),
scheduled as (
  select
    i.practice_no,
    r.code,
    greatest(i.from_day, r.from_day, c.from_day) as from_day,
    least(i.to_day, r.to_day, c.to_day) as to_day,
    case
      when r.status <> 'A' or (case when i.facility = 1 and i.national = 0 then r.pe_facility else r.pe_nonfacility end) < 0
        then null
      else cast(floor((
        (cast(r.work as bigint) * i.work_e3
          + cast(case when i.facility = 1 and i.national = 0 then r.pe_facility else r.pe_nonfacility end as bigint) * i.pe_e3
          + cast(r.malpractice as bigint) * i.mp_e3) * c.cf_e4 + 5000000) / 10000000) as bigint)
    end as cents
  from indexed i
  join rule_rvus r on r.from_day <= :last_day and r.to_day >= :first_day
  join rule_conversion_factors c
    on c.qualifying = (i.qualifying_apm and i.national = 0) and c.from_day <= :last_day and c.to_day >= :first_day
    and c.from_day <= r.to_day and c.to_day >= r.from_day
  where greatest(i.from_day, r.from_day, c.from_day) <= least(i.to_day, r.to_day, c.to_day)
)
select s.practice_no, s.code, s.from_day, s.to_day, s.cents
from scheduled s
join practice_months m on m.practice_no = s.practice_no
where not exists (
  select 1 from rule_national_amounts n
  where n.code = s.code and n.practice_kind = m.kind and n.from_day <= s.to_day and n.to_day >= s.from_day
)
union all
select m.practice_no, n.code, cast(n.from_day as bigint) as from_day, cast(n.to_day as bigint) as to_day,
  cast(n.cents as bigint) as cents
from practice_months m
join rule_national_amounts n
  on n.practice_kind = m.kind and n.from_day <= :last_day and n.to_day >= :first_day
