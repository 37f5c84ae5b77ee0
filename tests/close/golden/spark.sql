-- settings_in_force
SELECT
  COALESCE(MAX(CASE WHEN name = 'service_date' THEN value END), 'threshold') AS service_date,
  COALESCE(MAX(CASE WHEN name = 'minutes_after_revocation' THEN value END), 'set_aside') AS minutes_after_revocation,
  COALESCE(MAX(CASE WHEN name = 'cocm_midpoint' THEN value END), 'off') AS cocm_midpoint
FROM rule_settings
WHERE
  from_day <= CAST(20543 AS BIGINT) AND to_day >= CAST(20543 AS BIGINT);

-- codes_in_force
SELECT
  b.service,
  b.slot,
  b.family,
  b.family_rank,
  b.performer,
  b.basis,
  b.code AS base_code,
  CASE
    WHEN g.cocm_midpoint = 'on' AND b.service = 'cocm' AND b.basis = 'time'
    THEN (
      CAST(FLOOR(b.first_seconds / 120) AS BIGINT) + 1
    ) * 60
    ELSE b.first_seconds
  END AS first_seconds,
  b.decision_level,
  b.min_days,
  b.max_days,
  b.min_conditions,
  b.max_conditions,
  b.qmb,
  b.under_service,
  b.first_month,
  b.device,
  b.from_day,
  b.to_day,
  COALESCE(a.code, '') AS add_on_code,
  COALESCE(a.step_seconds, 0) AS step_seconds,
  CASE
    WHEN g.cocm_midpoint = 'on' AND b.service = 'cocm' AND b.basis = 'time'
    THEN b.first_seconds - COALESCE(a.step_seconds, 0) + (
      CAST(FLOOR(COALESCE(a.step_seconds, 0) / 120) AS BIGINT) + 1
    ) * 60
    ELSE b.first_seconds
  END AS step_from_seconds,
  COALESCE(a.max_units, 0) AS add_on_cap
FROM rule_codes AS b
CROSS JOIN settings_in_force AS g
LEFT JOIN rule_codes AS a
  ON a.service = b.service
  AND a.family = b.family
  AND a.part = 'add_on'
  AND a.from_day <= CAST(20543 AS BIGINT)
  AND a.to_day >= CAST(20543 AS BIGINT)
WHERE
  b.part = 'base'
  AND b.from_day <= CAST(20543 AS BIGINT)
  AND b.to_day >= CAST(20513 AS BIGINT);

-- practice_months
SELECT
  p.practice_id,
  CAST(ROW_NUMBER() OVER (ORDER BY p.practice_id NULLS LAST) AS BIGINT) AS practice_no,
  COALESCE(p.kind, 'physician_practice') AS kind,
  COALESCE(p.place_of_service, '11') AS place_of_service,
  p.carrier,
  p.locality,
  COALESCE(p.qualifying_apm, FALSE) AS qualifying_apm,
  z.start_s,
  z.end_s,
  z.offset_before,
  z.switch_s,
  z.offset_after
FROM practices AS p
JOIN zones AS z
  ON z.time_zone = COALESCE(p.time_zone, 'America/New_York');

-- persons
SELECT
  p.person_id,
  CAST(ROW_NUMBER() OVER (ORDER BY p.person_id NULLS LAST) AS BIGINT) AS person_no,
  m.practice_no,
  CAST(p.death_date AS BIGINT) AS death_day
FROM people AS p
LEFT JOIN practice_months AS m
  ON m.practice_id = p.practice_id;

-- person_consents
SELECT
  p.person_no,
  m.practice_no,
  c.service,
  c.given_at,
  CASE
    WHEN g.minutes_after_revocation = 'count'
    AND c.revoked_at >= m.start_s
    AND c.revoked_at < m.end_s
    THEN m.end_s
    ELSE COALESCE(c.revoked_at, CAST(CAST(253402300800 AS BIGINT) AS BIGINT))
  END AS ended_at
FROM consents AS c
JOIN persons AS p
  ON p.person_id = c.person_id
LEFT JOIN practice_months AS n
  ON n.practice_id = c.practice_id
JOIN practice_months AS m
  ON m.practice_no = COALESCE(n.practice_no, p.practice_no)
CROSS JOIN settings_in_force AS g;

-- consent_states
SELECT
  c.person_no,
  c.practice_no,
  c.service,
  MIN(c.given_at) AS given_at,
  CASE WHEN MIN(c.given_at) < MAX(m.end_s) THEN 1 ELSE 0 END AS given,
  CASE
    WHEN MAX(CASE WHEN c.given_at < m.end_s THEN c.ended_at END) > MAX(m.start_s)
    THEN 1
    ELSE 0
  END AS in_force
FROM person_consents AS c
JOIN practice_months AS m
  ON m.practice_no = c.practice_no
GROUP BY
  c.person_no,
  c.practice_no,
  c.service;

-- device_readings
WITH kinds AS (
  SELECT DISTINCT
    service,
    device
  FROM codes_in_force
  WHERE
    basis = 'device_days'
), days AS (
  SELECT DISTINCT
    p.person_no,
    p.practice_no,
    COALESCE(d.service, 'rpm') AS service,
    k.device,
    CAST(d.reading_date AS BIGINT) AS reading_day
  FROM device_days AS d
  JOIN persons AS p
    ON p.person_id = d.person_id
  LEFT JOIN kinds AS k
    ON k.service = COALESCE(d.service, 'rpm')
    AND (
      k.device = '' OR k.device = d.device
    )
  WHERE
    d.reading_date >= CAST(20513 AS BIGINT)
    AND d.reading_date <= CAST(20543 AS BIGINT)
    AND (
      p.death_day IS NULL OR d.reading_date <= p.death_day
    )
)
SELECT
  person_no,
  practice_no,
  service,
  device,
  reading_day,
  CAST(ROW_NUMBER() OVER (
    PARTITION BY person_no, practice_no, service, device
    ORDER BY reading_day NULLS LAST
  ) AS BIGINT) AS day_number,
  CAST(COUNT(1) OVER (PARTITION BY person_no, practice_no, service, device) AS BIGINT) AS days
FROM days;

-- person_stays
SELECT
  p.person_no,
  s.kind,
  CAST(s.start_date AS BIGINT) AS start_day,
  CAST(s.end_date AS BIGINT) AS end_day
FROM stays AS s
JOIN persons AS p
  ON p.person_id = s.person_id
WHERE
  s.start_date <= CAST(20543 AS BIGINT)
  AND (
    s.end_date IS NULL OR s.end_date >= CAST(CAST(20513 AS BIGINT) AS BIGINT) - 60
  );

-- staff
SELECT
  t.staff_id,
  CAST(ROW_NUMBER() OVER (ORDER BY t.staff_id NULLS LAST) AS BIGINT) AS staff_no,
  m.practice_no,
  t.role,
  COALESCE(t.offshore, FALSE) AS offshore
FROM team AS t
JOIN practice_months AS m
  ON m.practice_id = t.practice_id;

-- person_visits
SELECT
  p.person_no,
  COALESCE(m.practice_no, p.practice_no) AS practice_no,
  s.staff_no,
  CAST(v.service_date AS BIGINT) AS service_day,
  v.code
FROM visits AS v
JOIN persons AS p
  ON p.person_id = v.person_id
LEFT JOIN practice_months AS m
  ON m.practice_id = v.practice_id
LEFT JOIN staff AS s
  ON s.staff_id = v.staff_id
WHERE
  v.service_date <= CAST(20543 AS BIGINT);

-- transition_contacts
SELECT
  p.person_no,
  s.practice_no,
  CAST(FLOOR(
    (
      e.started_at + CASE WHEN e.started_at < m.switch_s THEN m.offset_before ELSE m.offset_after END
    ) / 86400
  ) AS BIGINT) AS contact_day,
  CASE WHEN e.live_contact THEN 1 ELSE 0 END AS live_contact
FROM time_entries AS e
JOIN persons AS p
  ON p.person_id = e.person_id
JOIN staff AS s
  ON s.staff_id = e.staff_id
JOIN practice_months AS m
  ON m.practice_no = s.practice_no
WHERE
  e.service = 'tcm'
  AND e.started_at < CAST(1775016000 AS BIGINT)
  AND e.started_at < m.end_s
  AND e.started_at > CAST(CAST(1772341200 AS BIGINT) AS BIGINT) - 5400000;

-- transitions
WITH bedded AS (
  SELECT
    person_no,
    start_day,
    end_day
  FROM person_stays
  WHERE
    kind IN ('inpatient', 'snf_part_a')
), ends AS (
  SELECT DISTINCT
    b.person_no,
    b.end_day AS discharge_day
  FROM bedded AS b
  WHERE
    b.end_day <= CAST(20543 AS BIGINT)
    AND NOT EXISTS(
      SELECT
        1
      FROM bedded AS o
      WHERE
        o.person_no = b.person_no
        AND o.start_day <= b.end_day
        AND (
          o.end_day IS NULL OR o.end_day > b.end_day
        )
    )
), periods AS (
  SELECT
    e.person_no,
    e.discharge_day,
    MIN(b.start_day) AS readmitted_day,
    LEAST(e.discharge_day + 29, COALESCE(MIN(b.start_day), e.discharge_day + 29)) AS until_day
  FROM ends AS e
  LEFT JOIN bedded AS b
    ON b.person_no = e.person_no AND b.start_day > e.discharge_day
  GROUP BY
    e.person_no,
    e.discharge_day
), visited AS (
  SELECT
    v.person_no,
    v.practice_no,
    v.service_day,
    v.code,
    MAX(CASE WHEN s.set_name = 'tcm_family' THEN 1 ELSE 0 END) AS transition
  FROM person_visits AS v
  JOIN rule_code_sets AS s
    ON s.set_name IN ('face_to_face', 'tcm_family')
    AND s.code = v.code
    AND s.from_day <= v.service_day
    AND s.to_day >= v.service_day
  WHERE
    v.service_day >= CAST(CAST(20513 AS BIGINT) AS BIGINT) - 60
  GROUP BY
    v.person_no,
    v.practice_no,
    v.service_day,
    v.code
), managed AS (
  SELECT
    p.person_no,
    c.practice_no,
    p.discharge_day,
    p.readmitted_day,
    p.until_day
  FROM periods AS p
  JOIN transition_contacts AS c
    ON c.person_no = p.person_no
    AND c.contact_day >= p.discharge_day
    AND c.contact_day <= p.until_day
  UNION
  SELECT
    p.person_no,
    v.practice_no,
    p.discharge_day,
    p.readmitted_day,
    p.until_day
  FROM periods AS p
  JOIN visited AS v
    ON v.person_no = p.person_no
    AND v.transition = 1
    AND v.service_day >= p.discharge_day
    AND v.service_day <= p.until_day
), seen AS (
  SELECT
    m.person_no,
    m.practice_no,
    m.discharge_day,
    MIN(v.service_day) AS visit_day,
    MAX(CASE WHEN v.transition = 1 THEN v.code END) AS tcm_code
  FROM managed AS m
  JOIN visited AS v
    ON v.person_no = m.person_no
    AND v.practice_no = m.practice_no
    AND v.service_day > m.discharge_day
    AND v.service_day <= m.until_day
  GROUP BY
    m.person_no,
    m.practice_no,
    m.discharge_day
), reached AS (
  SELECT
    m.person_no,
    m.practice_no,
    m.discharge_day,
    MIN(CASE WHEN c.live_contact = 1 THEN k.business_number END) AS contact_number
  FROM managed AS m
  JOIN transition_contacts AS c
    ON c.person_no = m.person_no
    AND c.practice_no = m.practice_no
    AND c.contact_day >= m.discharge_day
    AND c.contact_day <= m.until_day
  JOIN calendar AS k
    ON k.day = c.contact_day
  GROUP BY
    m.person_no,
    m.practice_no,
    m.discharge_day
), visit_asked AS (
  SELECT
    MAX(max_days) AS days
  FROM codes_in_force
  WHERE
    basis = 'discharge'
), contact_asked AS (
  SELECT
    MAX(number) AS days
  FROM rule_requirements
  WHERE
    rule = 'tcm-contact'
    AND service = 'tcm'
    AND from_day <= CAST(20543 AS BIGINT)
    AND to_day >= CAST(20543 AS BIGINT)
), timed AS (
  SELECT
    m.person_no,
    m.practice_no,
    m.discharge_day,
    m.readmitted_day,
    m.until_day,
    s.visit_day,
    s.tcm_code,
    r.contact_number - d.business_number AS business_days_to_contact
  FROM managed AS m
  LEFT JOIN reached AS r
    ON r.person_no = m.person_no
    AND r.practice_no = m.practice_no
    AND r.discharge_day = m.discharge_day
  LEFT JOIN seen AS s
    ON s.person_no = m.person_no
    AND s.practice_no = m.practice_no
    AND s.discharge_day = m.discharge_day
  LEFT JOIN calendar AS d
    ON d.day = m.discharge_day
)
SELECT
  t.person_no,
  t.practice_no,
  t.discharge_day,
  t.visit_day,
  t.tcm_code,
  t.business_days_to_contact,
  CASE
    WHEN t.visit_day - t.discharge_day <= v.days
    AND (
      c.days IS NULL OR t.business_days_to_contact <= c.days
    )
    THEN 1
    ELSE 0
  END AS earned
FROM timed AS t
CROSS JOIN visit_asked AS v
CROSS JOIN contact_asked AS c
WHERE
  NOT t.visit_day IS NULL
  OR t.readmitted_day IS NULL
  OR t.readmitted_day > t.discharge_day + 29;

-- discharges
WITH firsts AS (
  SELECT
    person_no,
    practice_no,
    MIN(discharge_day) AS day
  FROM transitions
  WHERE
    earned = 1
  GROUP BY
    person_no,
    practice_no
), seconds AS (
  SELECT
    t.person_no,
    t.practice_no,
    MIN(t.discharge_day) AS day
  FROM transitions AS t
  JOIN firsts AS w
    ON w.person_no = t.person_no
    AND w.practice_no = t.practice_no
    AND t.discharge_day >= w.day + 30
  WHERE
    t.earned = 1
  GROUP BY
    t.person_no,
    t.practice_no
), thirds AS (
  SELECT
    t.person_no,
    t.practice_no,
    MIN(t.discharge_day) AS day
  FROM transitions AS t
  JOIN seconds AS w
    ON w.person_no = t.person_no
    AND w.practice_no = t.practice_no
    AND t.discharge_day >= w.day + 30
  WHERE
    t.earned = 1
  GROUP BY
    t.person_no,
    t.practice_no
), fourths AS (
  SELECT
    t.person_no,
    t.practice_no,
    MIN(t.discharge_day) AS day
  FROM transitions AS t
  JOIN thirds AS w
    ON w.person_no = t.person_no
    AND w.practice_no = t.practice_no
    AND t.discharge_day >= w.day + 30
  WHERE
    t.earned = 1
  GROUP BY
    t.person_no,
    t.practice_no
), windows AS (
  SELECT
    person_no,
    practice_no,
    day
  FROM firsts
  UNION ALL
  SELECT
    person_no,
    practice_no,
    day
  FROM seconds
  UNION ALL
  SELECT
    person_no,
    practice_no,
    day
  FROM thirds
  UNION ALL
  SELECT
    person_no,
    practice_no,
    day
  FROM fourths
), placed AS (
  SELECT
    t.person_no,
    t.practice_no,
    t.discharge_day,
    t.visit_day,
    t.tcm_code,
    t.business_days_to_contact,
    MAX(CASE WHEN w.day < t.discharge_day THEN w.day END) AS window_of
  FROM transitions AS t
  LEFT JOIN windows AS w
    ON w.person_no = t.person_no
    AND w.practice_no = t.practice_no
    AND w.day <= t.discharge_day
    AND w.day > t.discharge_day - 30
  WHERE
    COALESCE(t.visit_day, t.discharge_day + 14) >= CAST(20513 AS BIGINT)
    AND COALESCE(t.visit_day, t.discharge_day) <= CAST(20543 AS BIGINT)
  GROUP BY
    t.person_no,
    t.practice_no,
    t.discharge_day,
    t.visit_day,
    t.tcm_code,
    t.business_days_to_contact
), numbered AS (
  SELECT
    person_no,
    practice_no,
    discharge_day,
    visit_day,
    tcm_code,
    business_days_to_contact,
    window_of,
    ROW_NUMBER() OVER (PARTITION BY person_no, practice_no ORDER BY discharge_day NULLS LAST) AS place
  FROM placed
)
SELECT
  person_no,
  practice_no,
  discharge_day,
  visit_day,
  tcm_code,
  business_days_to_contact,
  window_of,
  CASE place WHEN 1 THEN 'discharge' ELSE 'discharge ' || CAST(place AS STRING) END AS slot
FROM numbered;

-- documented_services
SELECT DISTINCT
  v.person_no,
  v.practice_no,
  r.service,
  v.code,
  v.service_day
FROM person_visits AS v
JOIN rule_codes AS r
  ON r.code = v.code AND r.basis = 'documented'
WHERE
  v.service_day >= CAST(20513 AS BIGINT);

-- service_clocks
SELECT
  s.service,
  s.precedence,
  COALESCE(MAX(CASE WHEN r.rule = 'clinical-staff-only' THEN 1 END), 0) AS leaves_out_non_clinical,
  COALESCE(MAX(CASE WHEN r.rule = 'onshore' THEN 1 END), 0) AS leaves_out_offshore,
  COALESCE(MAX(CASE WHEN r.rule = 'not-in-person' THEN 1 END), 0) AS leaves_out_in_person
FROM rule_services AS s
LEFT JOIN rule_time AS r
  ON r.service = s.service
  AND r.from_day <= CAST(20543 AS BIGINT)
  AND r.to_day >= CAST(20543 AS BIGINT)
WHERE
  s.from_day <= CAST(20543 AS BIGINT) AND s.to_day >= CAST(20543 AS BIGINT)
GROUP BY
  s.service,
  s.precedence;

-- entries
SELECT
  p.person_no,
  s.practice_no,
  s.staff_no,
  e.service,
  CASE s.role WHEN 'practitioner' THEN 0 WHEN 'clinical_staff' THEN 1 ELSE 2 END AS role_no,
  CASE WHEN e.live_contact THEN 1 ELSE 0 END AS live_contact,
  GREATEST(e.started_at, m.start_s) AS start_s,
  LEAST(e.ended_at, m.end_s) AS end_s,
  COALESCE(k.precedence, CAST(99 AS BIGINT)) AS precedence,
  CASE
    WHEN k.service IS NULL
    THEN 'code-in-force'
    WHEN s.role = 'other' AND k.leaves_out_non_clinical = 1
    THEN 'clinical-staff-only'
    WHEN s.offshore AND k.leaves_out_offshore = 1
    THEN 'onshore'
    WHEN e.in_person AND k.leaves_out_in_person = 1
    THEN 'not-in-person'
  END AS set_aside
FROM time_entries AS e
JOIN persons AS p
  ON p.person_id = e.person_id
JOIN staff AS s
  ON s.staff_id = e.staff_id
JOIN practice_months AS m
  ON m.practice_no = s.practice_no
LEFT JOIN service_clocks AS k
  ON k.service = e.service
WHERE
  e.started_at < CAST(1775016000 AS BIGINT)
  AND e.ended_at > CAST(1772341200 AS BIGINT)
  AND e.started_at < m.end_s
  AND e.ended_at > m.start_s;

-- overlapped_people
WITH neighbours AS (
  SELECT
    person_no,
    practice_no,
    end_s,
    MIN(start_s) OVER (
      PARTITION BY person_no, practice_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN 1 following AND 1 following
    ) AS next_start_s
  FROM entries
)
SELECT DISTINCT
  person_no,
  practice_no
FROM neighbours
WHERE
  next_start_s < end_s;

-- overlapped_starts
WITH neighbours AS (
  SELECT
    staff_no,
    start_s,
    end_s,
    MAX(end_s) OVER (
      PARTITION BY staff_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND 1 preceding
    ) AS earlier_end_s,
    MIN(start_s) OVER (
      PARTITION BY staff_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN 1 following AND 1 following
    ) AS next_start_s
  FROM entries
)
SELECT DISTINCT
  staff_no,
  start_s
FROM neighbours
WHERE
  earlier_end_s > start_s OR next_start_s < end_s;

-- entry_neighbours
SELECT
  e.person_no,
  e.practice_no,
  e.staff_no,
  e.service,
  e.role_no,
  e.live_contact,
  e.start_s,
  e.end_s,
  e.precedence,
  e.set_aside,
  NOT o.staff_no IS NULL AS staff_overlap,
  NOT p.person_no IS NULL AS person_overlap
FROM entries AS e
LEFT JOIN overlapped_people AS p
  ON p.person_no = e.person_no AND p.practice_no = e.practice_no
LEFT JOIN overlapped_starts AS o
  ON o.staff_no = e.staff_no AND o.start_s = e.start_s;

-- consent_gaps
WITH ordered AS (
  SELECT
    person_no,
    practice_no,
    service,
    given_at,
    MAX(ended_at) OVER (
      PARTITION BY person_no, practice_no, service
      ORDER BY given_at NULLS LAST, ended_at NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND 1 preceding
    ) AS earlier_end_s
  FROM person_consents
)
SELECT
  person_no,
  practice_no,
  service,
  CASE
    WHEN earlier_end_s IS NULL
    THEN 'consent-before-minutes'
    ELSE 'consent-active'
  END AS rule,
  COALESCE(earlier_end_s, CAST(0 AS BIGINT)) AS start_s,
  given_at AS end_s
FROM ordered
WHERE
  (
    earlier_end_s IS NULL AND given_at > CAST(1772341200 AS BIGINT)
  )
  OR earlier_end_s < given_at
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  'consent-active' AS rule,
  MAX(ended_at) AS start_s,
  CAST(CAST(253402300800 AS BIGINT) AS BIGINT) AS end_s
FROM person_consents
GROUP BY
  person_no,
  practice_no,
  service
HAVING
  MAX(ended_at) < CAST(1775016000 AS BIGINT);

-- working_services
SELECT DISTINCT
  person_no,
  practice_no,
  service
FROM entries;

-- closed_windows
SELECT
  g.person_no,
  g.practice_no,
  g.service,
  g.rule,
  g.start_s,
  g.end_s
FROM consent_gaps AS g
JOIN rule_time AS r
  ON r.service = g.service
  AND r.rule = g.rule
  AND r.from_day <= CAST(20543 AS BIGINT)
  AND r.to_day >= CAST(20543 AS BIGINT)
WHERE
  g.start_s < CAST(1775016000 AS BIGINT) AND g.end_s > CAST(1772341200 AS BIGINT)
UNION ALL
SELECT
  w.person_no,
  w.practice_no,
  w.service,
  'consent-documented' AS rule,
  CAST(0 AS BIGINT) AS start_s,
  CAST(CAST(253402300800 AS BIGINT) AS BIGINT) AS end_s
FROM working_services AS w
JOIN rule_time AS r
  ON r.service = w.service
  AND r.rule = 'consent-before-minutes'
  AND r.from_day <= CAST(20543 AS BIGINT)
  AND r.to_day >= CAST(20543 AS BIGINT)
LEFT JOIN consent_states AS c
  ON c.person_no = w.person_no
  AND c.practice_no = w.practice_no
  AND c.service = w.service
WHERE
  c.person_no IS NULL
UNION ALL
SELECT
  w.person_no,
  w.practice_no,
  w.service,
  'countable-setting' AS rule,
  s.start_day * 86400 - CASE
    WHEN s.start_day * 86400 - m.offset_before < m.switch_s
    THEN m.offset_before
    ELSE m.offset_after
  END AS start_s,
  CASE
    WHEN s.end_day IS NULL
    THEN CAST(CAST(253402300800 AS BIGINT) AS BIGINT)
    ELSE (
      s.end_day + 1
    ) * 86400 - CASE
      WHEN (
        s.end_day + 1
      ) * 86400 - m.offset_before < m.switch_s
      THEN m.offset_before
      ELSE m.offset_after
    END
  END AS end_s
FROM person_stays AS s
JOIN working_services AS w
  ON w.person_no = s.person_no
JOIN practice_months AS m
  ON m.practice_no = w.practice_no
JOIN rule_time AS r
  ON r.service = w.service
  AND r.rule = 'countable-setting'
  AND r.detail = s.kind
  AND r.from_day <= CAST(20543 AS BIGINT)
  AND r.to_day >= CAST(20543 AS BIGINT)
WHERE
  s.start_day <= CAST(20543 AS BIGINT)
  AND (
    s.end_day IS NULL OR s.end_day >= CAST(20513 AS BIGINT)
  )
UNION ALL
SELECT
  w.person_no,
  w.practice_no,
  w.service,
  'alive' AS rule,
  (
    p.death_day + 1
  ) * 86400 - CASE
    WHEN (
      p.death_day + 1
    ) * 86400 - m.offset_before < m.switch_s
    THEN m.offset_before
    ELSE m.offset_after
  END AS start_s,
  CAST(CAST(253402300800 AS BIGINT) AS BIGINT) AS end_s
FROM persons AS p
JOIN working_services AS w
  ON w.person_no = p.person_no
JOIN practice_months AS m
  ON m.practice_no = w.practice_no
WHERE
  p.death_day < CAST(20543 AS BIGINT);

-- windowed
SELECT DISTINCT
  person_no,
  practice_no,
  service
FROM closed_windows;

-- plain_pieces
SELECT
  e.person_no,
  e.practice_no,
  e.staff_no,
  e.service,
  e.role_no,
  e.live_contact,
  e.start_s,
  e.end_s,
  e.set_aside
FROM entry_neighbours AS e
LEFT JOIN windowed AS w
  ON w.person_no = e.person_no
  AND w.practice_no = e.practice_no
  AND w.service = e.service
WHERE
  NOT e.staff_overlap AND NOT e.person_overlap AND w.person_no IS NULL;

-- tangled_entries
SELECT
  CAST(ROW_NUMBER() OVER (
    ORDER BY e.person_no NULLS LAST, e.practice_no NULLS LAST, e.start_s NULLS LAST, e.end_s NULLS LAST, e.staff_no NULLS LAST, e.service NULLS LAST, e.live_contact NULLS LAST
  ) AS BIGINT) AS entry_no,
  e.person_no,
  e.practice_no,
  e.staff_no,
  e.service,
  e.role_no,
  e.live_contact,
  e.start_s,
  e.end_s,
  e.precedence,
  e.set_aside,
  e.staff_overlap,
  e.person_overlap
FROM entry_neighbours AS e
LEFT JOIN windowed AS w
  ON w.person_no = e.person_no
  AND w.practice_no = e.practice_no
  AND w.service = e.service
WHERE
  e.staff_overlap OR e.person_overlap OR NOT w.person_no IS NULL;

-- staff_clashes
SELECT
  mine.entry_no,
  mine.person_no,
  mine.practice_no,
  other.entry_no AS other_entry_no,
  GREATEST(mine.start_s, other.start_s) AS start_s,
  LEAST(mine.end_s, other.end_s) AS end_s
FROM tangled_entries AS mine
JOIN tangled_entries AS other
  ON other.staff_no = mine.staff_no
  AND other.start_s < mine.end_s
  AND other.end_s > mine.start_s
WHERE
  mine.staff_overlap AND other.staff_overlap AND other.person_no <> mine.person_no;

-- points
SELECT
  person_no,
  practice_no,
  start_s AS at_s
FROM tangled_entries
WHERE
  person_overlap
UNION
SELECT
  person_no,
  practice_no,
  end_s AS at_s
FROM tangled_entries
WHERE
  person_overlap
UNION
SELECT
  person_no,
  practice_no,
  start_s AS at_s
FROM staff_clashes
UNION
SELECT
  person_no,
  practice_no,
  end_s AS at_s
FROM staff_clashes
UNION
SELECT
  person_no,
  practice_no,
  start_s AS at_s
FROM closed_windows
UNION
SELECT
  person_no,
  practice_no,
  end_s AS at_s
FROM closed_windows;

-- pieces
WITH starts AS (
  SELECT
    entry_no,
    start_s AS at_s
  FROM tangled_entries
  UNION
  SELECT
    e.entry_no,
    p.at_s
  FROM tangled_entries AS e
  JOIN points AS p
    ON p.person_no = e.person_no
    AND p.practice_no = e.practice_no
    AND p.at_s > e.start_s
    AND p.at_s < e.end_s
), spans AS (
  SELECT
    entry_no,
    at_s,
    MIN(at_s) OVER (
      PARTITION BY entry_no
      ORDER BY at_s NULLS LAST
      rows BETWEEN 1 following AND 1 following
    ) AS next_s
  FROM starts
)
SELECT
  e.entry_no,
  e.person_no,
  e.practice_no,
  e.staff_no,
  e.service,
  e.role_no,
  e.live_contact,
  e.precedence,
  e.set_aside,
  e.staff_overlap,
  e.person_overlap,
  s.at_s AS start_s,
  COALESCE(s.next_s, e.end_s) AS end_s
FROM spans AS s
JOIN tangled_entries AS e
  ON e.entry_no = s.entry_no;

-- clashing_pieces
SELECT DISTINCT
  p.entry_no,
  p.start_s
FROM pieces AS p
JOIN staff_clashes AS c
  ON c.entry_no = p.entry_no AND c.start_s <= p.start_s AND c.end_s >= p.end_s;

-- window_rules
SELECT
  p.entry_no,
  p.start_s,
  MIN(
    CASE w.rule
      WHEN 'alive'
      THEN '1alive'
      WHEN 'consent-documented'
      THEN '2consent-documented'
      WHEN 'consent-before-minutes'
      THEN '3consent-before-minutes'
      WHEN 'consent-active'
      THEN '4consent-active'
      ELSE '5countable-setting'
    END
  ) AS ranked_rule
FROM pieces AS p
JOIN closed_windows AS w
  ON w.person_no = p.person_no
  AND w.practice_no = p.practice_no
  AND w.service = p.service
  AND w.start_s <= p.start_s
  AND w.end_s >= p.end_s
GROUP BY
  p.entry_no,
  p.start_s;

-- single_pieces
SELECT
  p.entry_no,
  p.person_no,
  p.practice_no,
  p.staff_no,
  p.service,
  p.role_no,
  p.live_contact,
  p.precedence,
  p.person_overlap,
  p.start_s,
  p.end_s,
  CASE
    WHEN NOT p.set_aside IS NULL
    THEN p.set_aside
    WHEN NOT c.entry_no IS NULL
    THEN 'one-clock'
    WHEN NOT w.ranked_rule IS NULL
    THEN SUBSTRING(w.ranked_rule, 2)
  END AS set_aside
FROM pieces AS p
LEFT JOIN window_rules AS w
  ON w.entry_no = p.entry_no AND w.start_s = p.start_s
LEFT JOIN clashing_pieces AS c
  ON c.entry_no = p.entry_no AND c.start_s = p.start_s;

-- shared_pieces
WITH claimed AS (
  SELECT
    entry_no,
    person_no,
    practice_no,
    staff_no,
    service,
    role_no,
    live_contact,
    start_s,
    end_s,
    precedence,
    set_aside,
    MIN(service) OVER (PARTITION BY person_no, practice_no, staff_no, start_s) <> MAX(service) OVER (PARTITION BY person_no, practice_no, staff_no, start_s) AS two_services_one_clock,
    MIN(
      CASE
        WHEN set_aside IS NULL OR SUBSTRING(set_aside, 1, 7) = 'consent'
        THEN precedence
        ELSE 99
      END
    ) OVER (PARTITION BY person_no, practice_no, start_s) AS first_precedence
  FROM single_pieces
  WHERE
    person_overlap
), ruled AS (
  SELECT
    entry_no,
    person_no,
    practice_no,
    staff_no,
    service,
    role_no,
    live_contact,
    start_s,
    end_s,
    CASE
      WHEN NOT set_aside IS NULL
      THEN set_aside
      WHEN two_services_one_clock OR precedence > first_precedence
      THEN 'one-service-per-minute'
    END AS set_aside
  FROM claimed
)
SELECT
  entry_no,
  person_no,
  practice_no,
  staff_no,
  service,
  role_no,
  start_s,
  end_s,
  MAX(CASE WHEN set_aside IS NULL THEN live_contact ELSE 0 END) OVER (PARTITION BY person_no, practice_no, service, start_s) AS live_contact,
  CASE
    WHEN NOT set_aside IS NULL
    THEN set_aside
    WHEN ROW_NUMBER() OVER (
      PARTITION BY person_no, practice_no, service, start_s, CASE WHEN set_aside IS NULL THEN 1 ELSE 0 END
      ORDER BY role_no NULLS LAST, staff_no NULLS LAST, entry_no NULLS LAST
    ) > 1
    THEN 'one-clock'
  END AS set_aside
FROM ruled;

-- ruled_pieces
SELECT
  person_no,
  practice_no,
  staff_no,
  service,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside
FROM plain_pieces
UNION ALL
SELECT
  person_no,
  practice_no,
  staff_no,
  service,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside
FROM single_pieces
WHERE
  NOT person_overlap
UNION ALL
SELECT
  person_no,
  practice_no,
  staff_no,
  service,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside
FROM shared_pieces;

-- minute_totals
SELECT
  person_no,
  practice_no,
  service,
  role_no,
  set_aside,
  CAST(SUM(end_s - start_s) AS BIGINT) AS seconds,
  MAX(live_contact) AS live_contact
FROM ruled_pieces
GROUP BY
  person_no,
  practice_no,
  service,
  role_no,
  set_aside;

-- person_plans
SELECT
  p.person_no,
  COALESCE(m.practice_no, p.practice_no) AS practice_no,
  c.service,
  CASE WHEN c.given_to_patient_on <= CAST(20543 AS BIGINT) THEN 1 ELSE 0 END AS given,
  CASE WHEN COALESCE(c.missing_elements, '') = '' THEN 1 ELSE 0 END AS complete
FROM care_plans AS c
JOIN persons AS p
  ON p.person_id = c.person_id
LEFT JOIN practice_months AS m
  ON m.practice_id = c.practice_id
WHERE
  c.established_on <= CAST(20543 AS BIGINT);

-- plan_states
SELECT
  person_no,
  practice_no,
  service,
  MAX(given) AS given,
  MAX(complete) AS complete,
  MAX(given * complete) AS given_and_complete
FROM person_plans
GROUP BY
  person_no,
  practice_no,
  service;

-- care_months
WITH found AS (
  SELECT
    person_no,
    practice_no,
    service
  FROM minute_totals
  UNION
  SELECT
    person_no,
    practice_no,
    service
  FROM consent_states
  WHERE
    in_force = 1
  UNION
  SELECT
    person_no,
    practice_no,
    service
  FROM device_readings
  UNION
  SELECT
    person_no,
    practice_no,
    service
  FROM documented_services
  UNION
  SELECT
    person_no,
    practice_no,
    'tcm' AS service
  FROM discharges
  UNION
  SELECT
    p.person_no,
    p.practice_no,
    p.service
  FROM plan_states AS p
  JOIN codes_in_force AS f
    ON f.service = p.service AND f.basis = 'month' AND f.under_service = ''
)
SELECT
  f.person_no,
  f.practice_no,
  f.service,
  m.kind,
  p.death_day,
  LEAST(
    CAST(CAST(20543 AS BIGINT) AS BIGINT),
    COALESCE(p.death_day, CAST(CAST(20543 AS BIGINT) AS BIGINT))
  ) AS last_day_of_life_or_month
FROM found AS f
JOIN persons AS p
  ON p.person_no = f.person_no
JOIN practice_months AS m
  ON m.practice_no = f.practice_no;

-- running_seconds
SELECT
  person_no,
  practice_no,
  service,
  role_no,
  start_s,
  end_s,
  CAST(SUM(end_s - start_s) OVER (
    PARTITION BY person_no, practice_no, service
    ORDER BY start_s NULLS LAST
    rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
  ) AS BIGINT) AS reached_s,
  CAST(SUM(CASE WHEN role_no = 0 THEN end_s - start_s ELSE 0 END) OVER (
    PARTITION BY person_no, practice_no, service
    ORDER BY start_s NULLS LAST
    rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
  ) AS BIGINT) AS practitioner_reached_s
FROM ruled_pieces
WHERE
  set_aside IS NULL;

-- chronic_codes
WITH occurring AS (
  SELECT DISTINCT
    code_system,
    code
  FROM conditions
), icd AS (
  SELECT
    o.code_system,
    o.code,
    REPLACE(o.code, '.', '') AS bare,
    o.code AS icd10cm
  FROM occurring AS o
  WHERE
    o.code_system = 'icd10cm'
  UNION ALL
  SELECT
    o.code_system,
    o.code,
    REPLACE(s.icd10cm, '.', '') AS bare,
    s.icd10cm
  FROM occurring AS o
  JOIN rule_snomed_conditions AS s
    ON s.snomed = o.code AND s.disease
  WHERE
    o.code_system = 'snomed'
), matched AS (
  SELECT DISTINCT
    i.code_system,
    i.code,
    i.icd10cm,
    p.category,
    c.counts_as,
    CASE WHEN c.counts THEN 1 ELSE 0 END AS counts
  FROM icd AS i
  JOIN rule_chronic_prefixes AS p
    ON SUBSTRING(i.bare, 1, LENGTH(p.prefix)) = p.prefix
    AND p.from_day <= CAST(20543 AS BIGINT)
    AND p.to_day >= CAST(20543 AS BIGINT)
  JOIN rule_chronic_categories AS c
    ON c.category = p.category
), named AS (
  SELECT
    code_system,
    code,
    CAST(COUNT(DISTINCT counts_as) AS BIGINT) AS diseases
  FROM matched
  WHERE
    counts = 1
  GROUP BY
    code_system,
    code
)
SELECT
  m.code_system,
  m.code,
  m.icd10cm,
  m.category,
  m.counts_as,
  m.counts,
  COALESCE(n.diseases, CAST(1 AS BIGINT)) AS diseases
FROM matched AS m
LEFT JOIN named AS n
  ON n.code_system = m.code_system AND n.code = m.code;

-- condition_categories
WITH recorded AS (
  SELECT
    p.person_no,
    COALESCE(k.category, 'code ' || c.code) AS category,
    COALESCE(k.counts_as, 'code ' || c.code) AS counts_as,
    MIN(
      CAST(COALESCE(k.diseases, 1) AS STRING) || COALESCE(k.icd10cm, CASE WHEN c.code_system = 'icd10cm' THEN c.code END)
    ) AS ranked_diagnosis
  FROM conditions AS c
  JOIN persons AS p
    ON p.person_id = c.person_id
  LEFT JOIN chronic_codes AS k
    ON k.code_system = c.code_system AND k.code = c.code
  WHERE
    (
      c.onset_date IS NULL OR c.onset_date <= CAST(20543 AS BIGINT)
    )
    AND (
      c.resolved_date IS NULL OR c.resolved_date >= CAST(20513 AS BIGINT)
    )
    AND (
      c.expected_12_months OR (
        c.expected_12_months IS NULL AND k.counts = 1
      )
    )
  GROUP BY
    p.person_no,
    COALESCE(k.category, 'code ' || c.code),
    COALESCE(k.counts_as, 'code ' || c.code)
)
SELECT
  person_no,
  category,
  counts_as,
  ranked_diagnosis,
  SUBSTRING(ranked_diagnosis, 2) AS diagnosis
FROM recorded;

-- condition_counts
WITH diseases AS (
  SELECT
    person_no,
    counts_as,
    SUBSTRING(MIN(ranked_diagnosis), 2) AS diagnosis
  FROM condition_categories
  GROUP BY
    person_no,
    counts_as
)
SELECT
  person_no,
  CAST(COUNT(DISTINCT COALESCE(diagnosis, counts_as)) AS BIGINT) AS conditions
FROM diseases
GROUP BY
  person_no;

-- decision_levels
SELECT
  p.person_no,
  MAX(
    CASE d.level
      WHEN 'straightforward'
      THEN 1
      WHEN 'low'
      THEN 2
      WHEN 'moderate'
      THEN 3
      WHEN 'high'
      THEN 4
      ELSE 0
    END
  ) AS level
FROM decision_making AS d
JOIN persons AS p
  ON p.person_id = d.person_id
WHERE
  d.month = '2026-03'
GROUP BY
  p.person_no;

-- person_claims
SELECT
  p.person_no,
  COALESCE(m.practice_no, CAST(0 AS BIGINT)) AS practice_no,
  o.code,
  CAST(o.service_date AS BIGINT) AS service_day
FROM other_claims AS o
JOIN persons AS p
  ON p.person_id = o.person_id
LEFT JOIN practice_months AS m
  ON m.practice_id = o.practice_id;

-- earlier_months
SELECT
  o.person_no,
  o.practice_no,
  r.service
FROM person_claims AS o
JOIN rule_codes AS r
  ON r.code = o.code AND r.first_month <> 'any'
WHERE
  o.service_day < CAST(20513 AS BIGINT) AND o.practice_no <> 0
UNION
SELECT
  o.person_no,
  o.practice_no,
  k.service
FROM person_claims AS o
JOIN rule_kinds AS k
  ON k.code = o.code AND k.later_seconds <> k.seconds
WHERE
  o.service_day < CAST(20513 AS BIGINT) AND o.practice_no <> 0;

-- practice_modes
SELECT
  m.practice_no,
  k.service,
  k.mode,
  k.code,
  k.month_units,
  k.seconds,
  k.later_seconds,
  k.amount_basis
FROM practice_months AS m
JOIN rule_kinds AS k
  ON k.practice_kind = m.kind
  AND k.from_day <= CAST(20543 AS BIGINT)
  AND k.to_day >= CAST(20543 AS BIGINT);

-- person_coverage_spans
SELECT
  p.person_no,
  c.payer_id,
  c.product,
  CAST(c.start_date AS BIGINT) AS start_day,
  CAST(COALESCE(c.end_date, 2932896) AS BIGINT) AS end_day,
  COALESCE(c.rank, CAST(1 AS BIGINT)) AS rank,
  c.qmb
FROM coverage AS c
JOIN persons AS p
  ON p.person_id = c.person_id;

-- qualified_beneficiaries
SELECT
  person_no,
  MAX(CASE WHEN qmb THEN 1 ELSE 0 END) AS qmb
FROM person_coverage_spans
WHERE
  NOT qmb IS NULL
  AND start_day <= CAST(20543 AS BIGINT)
  AND end_day >= CAST(20513 AS BIGINT)
GROUP BY
  person_no;

-- work
SELECT
  person_no,
  practice_no,
  service,
  CAST(SUM(CASE WHEN set_aside IS NULL THEN seconds ELSE 0 END) AS BIGINT) AS seconds,
  CAST(SUM(CASE WHEN set_aside IS NULL AND role_no = 0 THEN seconds ELSE 0 END) AS BIGINT) AS practitioner_seconds,
  MAX(CASE WHEN set_aside IS NULL THEN live_contact ELSE 0 END) AS live_contact
FROM minute_totals
GROUP BY
  person_no,
  practice_no,
  service;

-- standings
SELECT
  c.person_no,
  c.practice_no,
  c.service,
  c.last_day_of_life_or_month,
  m.mode,
  m.code AS bundled_code,
  CASE WHEN e.person_no IS NULL THEN m.seconds ELSE m.later_seconds END AS bundled_seconds,
  COALESCE(w.seconds, CAST(0 AS BIGINT)) AS seconds,
  COALESCE(w.practitioner_seconds, CAST(0 AS BIGINT)) AS practitioner_seconds,
  COALESCE(d.level, 0) AS decision_level,
  COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions,
  COALESCE(q.qmb, 0) AS qmb,
  CASE WHEN e.person_no IS NULL THEN 'first' ELSE 'later' END AS which_month
FROM care_months AS c
JOIN practice_modes AS m
  ON m.practice_no = c.practice_no AND m.service = c.service
LEFT JOIN work AS w
  ON w.person_no = c.person_no
  AND w.practice_no = c.practice_no
  AND w.service = c.service
LEFT JOIN decision_levels AS d
  ON d.person_no = c.person_no
LEFT JOIN condition_counts AS n
  ON n.person_no = c.person_no
LEFT JOIN qualified_beneficiaries AS q
  ON q.person_no = c.person_no
LEFT JOIN earlier_months AS e
  ON e.person_no = c.person_no
  AND e.practice_no = c.practice_no
  AND e.service = c.service;

-- bundled_options
WITH instants AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    s.bundled_code,
    t.end_s - 1 - (
      t.reached_s - s.bundled_seconds
    ) AS at_s
  FROM standings AS s
  JOIN running_seconds AS t
    ON t.person_no = s.person_no
    AND t.practice_no = s.practice_no
    AND t.service = s.service
    AND t.reached_s >= s.bundled_seconds
    AND t.reached_s - (
      t.end_s - t.start_s
    ) < s.bundled_seconds
  WHERE
    s.mode = 'bundled'
)
SELECT
  i.person_no,
  i.practice_no,
  i.service,
  'time' AS slot,
  'bundled' AS family,
  1 AS family_rank,
  'staff' AS performer,
  '' AS under_service,
  i.bundled_code AS base_code,
  '' AS add_on_code,
  CAST(0 AS BIGINT) AS add_on_units,
  CAST(FLOOR(
    (
      i.at_s + CASE WHEN i.at_s < m.switch_s THEN m.offset_before ELSE m.offset_after END
    ) / 86400
  ) AS BIGINT) AS service_day
FROM instants AS i
JOIN practice_months AS m
  ON m.practice_no = i.practice_no;

-- facility_places
SELECT
  m.practice_no,
  MAX(CASE WHEN r.facility THEN 1 ELSE 0 END) AS facility
FROM practice_months AS m
LEFT JOIN rule_places AS r
  ON r.place_of_service = m.place_of_service
  AND r.from_day <= CAST(20543 AS BIGINT)
  AND r.to_day >= CAST(20543 AS BIGINT)
GROUP BY
  m.practice_no;

-- prices
WITH national_kinds AS (
  SELECT
    practice_no,
    MAX(CASE WHEN amount_basis = 'national' THEN 1 ELSE 0 END) AS national
  FROM practice_modes
  GROUP BY
    practice_no
), places AS (
  SELECT
    m.practice_no,
    m.kind,
    m.qualifying_apm,
    f.facility,
    n.national,
    CASE
      WHEN n.national = 1 OR m.carrier IS NULL OR m.locality IS NULL
      THEN ''
      ELSE m.carrier
    END AS carrier,
    CASE
      WHEN n.national = 1 OR m.carrier IS NULL OR m.locality IS NULL
      THEN ''
      ELSE m.locality
    END AS locality
  FROM practice_months AS m
  JOIN facility_places AS f
    ON f.practice_no = m.practice_no
  JOIN national_kinds AS n
    ON n.practice_no = m.practice_no
), indexed AS (
  SELECT
    p.practice_no,
    p.kind,
    p.qualifying_apm,
    p.facility,
    p.national,
    g.work_e3,
    g.pe_e3,
    g.mp_e3,
    g.from_day,
    g.to_day
  FROM places AS p
  JOIN rule_gpcis AS g
    ON g.carrier = p.carrier AND g.locality = p.locality
  WHERE
    p.carrier <> ''
    AND g.from_day <= CAST(20543 AS BIGINT)
    AND g.to_day >= CAST(20513 AS BIGINT)
  UNION ALL
  SELECT
    p.practice_no,
    p.kind,
    p.qualifying_apm,
    p.facility,
    p.national,
    1000 AS work_e3,
    1000 AS pe_e3,
    1000 AS mp_e3,
    CAST(CAST(20513 AS BIGINT) AS BIGINT) AS from_day,
    CAST(CAST(20543 AS BIGINT) AS BIGINT) AS to_day
  FROM places AS p
  WHERE
    p.carrier = ''
), scheduled AS (
  SELECT
    i.practice_no,
    r.code,
    GREATEST(i.from_day, r.from_day, c.from_day) AS from_day,
    LEAST(i.to_day, r.to_day, c.to_day) AS to_day,
    CASE
      WHEN r.status <> 'A'
      OR (
        CASE
          WHEN i.facility = 1 AND i.national = 0
          THEN r.pe_facility
          ELSE r.pe_nonfacility
        END
      ) < 0
      THEN NULL
      ELSE CAST(FLOOR(
        (
          (
            CAST(r.work AS BIGINT) * i.work_e3 + CAST(CASE
              WHEN i.facility = 1 AND i.national = 0
              THEN r.pe_facility
              ELSE r.pe_nonfacility
            END AS BIGINT) * i.pe_e3 + CAST(r.malpractice AS BIGINT) * i.mp_e3
          ) * c.cf_e4 + 5000000
        ) / 10000000
      ) AS BIGINT)
    END AS cents
  FROM indexed AS i
  JOIN rule_rvus AS r
    ON r.from_day <= CAST(20543 AS BIGINT) AND r.to_day >= CAST(20513 AS BIGINT)
  JOIN rule_conversion_factors AS c
    ON c.qualifying = i.qualifying_apm
    AND c.from_day <= CAST(20543 AS BIGINT)
    AND c.to_day >= CAST(20513 AS BIGINT)
    AND c.from_day <= r.to_day
    AND c.to_day >= r.from_day
  WHERE
    GREATEST(i.from_day, r.from_day, c.from_day) <= LEAST(i.to_day, r.to_day, c.to_day)
)
SELECT
  s.practice_no,
  s.code,
  s.from_day,
  s.to_day,
  s.cents
FROM scheduled AS s
JOIN practice_months AS m
  ON m.practice_no = s.practice_no
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM rule_national_amounts AS n
    WHERE
      n.code = s.code
      AND n.practice_kind = m.kind
      AND n.from_day <= s.to_day
      AND n.to_day >= s.from_day
  )
UNION ALL
SELECT
  m.practice_no,
  n.code,
  n.from_day,
  n.to_day,
  CAST(n.cents AS BIGINT) AS cents
FROM practice_months AS m
JOIN rule_national_amounts AS n
  ON n.practice_kind = m.kind
  AND n.from_day <= CAST(20543 AS BIGINT)
  AND n.to_day >= CAST(20513 AS BIGINT);

-- time_options
WITH reached AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    f.slot,
    f.family,
    f.family_rank,
    f.performer,
    f.under_service,
    f.base_code,
    f.add_on_code,
    f.first_seconds,
    f.step_seconds,
    f.step_from_seconds,
    s.last_day_of_life_or_month,
    f.from_day,
    f.to_day,
    CASE
      WHEN f.add_on_code = '' OR f.step_seconds = 0
      THEN CAST(0 AS BIGINT)
      ELSE GREATEST(
        CAST(0 AS BIGINT),
        LEAST(
          CAST(f.add_on_cap AS BIGINT),
          CAST(FLOOR(
            (
              CASE
                WHEN f.performer = 'practitioner'
                THEN s.practitioner_seconds
                ELSE s.seconds
              END - f.step_from_seconds
            ) / f.step_seconds
          ) AS BIGINT)
        )
      )
    END AS add_on_units
  FROM standings AS s
  JOIN codes_in_force AS f
    ON f.service = s.service AND f.basis = 'time'
  WHERE
    s.mode = 'individual'
    AND CASE
      WHEN f.performer = 'practitioner'
      THEN s.practitioner_seconds
      ELSE s.seconds
    END >= f.first_seconds
    AND s.seconds > 0
    AND s.decision_level >= f.decision_level
    AND s.conditions >= f.min_conditions
    AND s.conditions <= f.max_conditions
    AND (
      f.first_month = 'any' OR f.first_month = s.which_month
    )
), needed AS (
  SELECT
    person_no,
    practice_no,
    service,
    family,
    base_code,
    CASE WHEN performer = 'practitioner' THEN 1 ELSE 0 END AS alone,
    CASE
      WHEN add_on_units = 0
      THEN first_seconds
      ELSE step_from_seconds + add_on_units * step_seconds
    END AS needed_s
  FROM reached
), instants AS (
  SELECT
    n.person_no,
    n.practice_no,
    n.service,
    n.family,
    n.base_code,
    t.end_s - 1 - (
      CASE WHEN n.alone = 1 THEN t.practitioner_reached_s ELSE t.reached_s END - n.needed_s
    ) AS at_s
  FROM needed AS n
  JOIN running_seconds AS t
    ON t.person_no = n.person_no
    AND t.practice_no = n.practice_no
    AND t.service = n.service
    AND (
      n.alone = 0 OR t.role_no = 0
    )
    AND CASE WHEN n.alone = 1 THEN t.practitioner_reached_s ELSE t.reached_s END >= n.needed_s
    AND CASE WHEN n.alone = 1 THEN t.practitioner_reached_s ELSE t.reached_s END - (
      t.end_s - t.start_s
    ) < n.needed_s
), day_of AS (
  SELECT
    i.person_no,
    i.practice_no,
    i.service,
    i.family,
    i.base_code,
    CAST(FLOOR(
      (
        i.at_s + CASE WHEN i.at_s < m.switch_s THEN m.offset_before ELSE m.offset_after END
      ) / 86400
    ) AS BIGINT) AS reached_day
  FROM instants AS i
  JOIN practice_months AS m
    ON m.practice_no = i.practice_no
), dated AS (
  SELECT
    r.person_no,
    r.practice_no,
    r.service,
    r.slot,
    r.family,
    r.family_rank,
    r.performer,
    r.under_service,
    r.base_code,
    r.add_on_code,
    r.add_on_units,
    r.from_day,
    r.to_day,
    CASE
      WHEN g.service_date = 'month_end'
      THEN r.last_day_of_life_or_month
      ELSE d.reached_day
    END AS service_day
  FROM reached AS r
  JOIN day_of AS d
    ON d.person_no = r.person_no
    AND d.practice_no = r.practice_no
    AND d.service = r.service
    AND d.family = r.family
    AND d.base_code = r.base_code
  CROSS JOIN settings_in_force AS g
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  family,
  family_rank,
  performer,
  under_service,
  base_code,
  add_on_code,
  add_on_units,
  service_day
FROM dated
WHERE
  service_day >= from_day AND service_day <= to_day;

-- untimed_options
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  CAST(0 AS BIGINT) AS add_on_units,
  d.reading_day AS service_day
FROM standings AS s
JOIN codes_in_force AS f
  ON f.service = s.service AND f.basis = 'device_days'
JOIN device_readings AS d
  ON d.person_no = s.person_no
  AND d.practice_no = s.practice_no
  AND d.service = s.service
  AND d.device = f.device
  AND d.day_number = f.min_days
WHERE
  s.mode = 'individual'
  AND d.days >= f.min_days
  AND d.days <= f.max_days
  AND d.reading_day >= f.from_day
  AND d.reading_day <= f.to_day
UNION ALL
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  CAST(0 AS BIGINT) AS add_on_units,
  s.last_day_of_life_or_month AS service_day
FROM standings AS s
JOIN codes_in_force AS f
  ON f.service = s.service AND f.basis = 'month'
WHERE
  s.mode = 'individual'
  AND s.conditions >= f.min_conditions
  AND s.conditions <= f.max_conditions
  AND (
    f.qmb = 'any' OR f.qmb = CASE WHEN s.qmb = 1 THEN 'yes' ELSE 'no' END
  )
  AND (
    f.first_month = 'any' OR f.first_month = s.which_month
  )
  AND (
    f.under_service = '' OR s.seconds > 0
  )
  AND s.last_day_of_life_or_month >= CAST(20513 AS BIGINT)
  AND s.last_day_of_life_or_month >= f.from_day
  AND s.last_day_of_life_or_month <= f.to_day
UNION ALL
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  CAST(0 AS BIGINT) AS add_on_units,
  MAX(v.service_day) AS service_day
FROM standings AS s
JOIN codes_in_force AS f
  ON f.service = s.service AND f.basis = 'documented'
JOIN documented_services AS v
  ON v.person_no = s.person_no
  AND v.practice_no = s.practice_no
  AND v.service = s.service
  AND v.code = f.base_code
WHERE
  s.mode = 'individual'
  AND v.service_day >= f.from_day
  AND v.service_day <= f.to_day
GROUP BY
  s.person_no,
  s.practice_no,
  s.service,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code
UNION ALL
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  d.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code,
  CAST(0 AS BIGINT) AS add_on_units,
  d.visit_day AS service_day
FROM standings AS s
JOIN codes_in_force AS f
  ON f.service = s.service AND f.basis = 'discharge'
JOIN discharges AS d
  ON d.person_no = s.person_no AND d.practice_no = s.practice_no
WHERE
  s.mode = 'individual'
  AND d.window_of IS NULL
  AND NOT d.visit_day IS NULL
  AND d.visit_day - d.discharge_day <= f.max_days
  AND (
    s.decision_level >= f.decision_level
    OR (
      s.decision_level = 0 AND d.tcm_code = f.base_code
    )
  )
  AND d.visit_day >= f.from_day
  AND d.visit_day <= f.to_day;

-- options
WITH earned AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    family,
    family_rank,
    performer,
    under_service,
    base_code,
    add_on_code,
    add_on_units,
    service_day
  FROM time_options
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    family,
    family_rank,
    performer,
    under_service,
    base_code,
    add_on_code,
    add_on_units,
    service_day
  FROM untimed_options
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    family,
    family_rank,
    performer,
    under_service,
    base_code,
    add_on_code,
    add_on_units,
    service_day
  FROM bundled_options
)
SELECT
  e.person_no,
  e.practice_no,
  e.service,
  e.slot,
  e.family,
  e.family_rank,
  e.performer,
  e.under_service,
  e.base_code,
  e.add_on_code,
  e.add_on_units,
  e.service_day,
  b.cents AS base_cents,
  a.cents AS add_on_cents,
  CASE
    WHEN b.cents IS NULL OR (
      e.add_on_units > 0 AND a.cents IS NULL
    )
    THEN NULL
    ELSE b.cents + e.add_on_units * COALESCE(a.cents, CAST(0 AS BIGINT))
  END AS amount_cents
FROM earned AS e
LEFT JOIN prices AS b
  ON b.practice_no = e.practice_no
  AND b.code = e.base_code
  AND b.from_day <= e.service_day
  AND b.to_day >= e.service_day
LEFT JOIN prices AS a
  ON a.practice_no = e.practice_no
  AND a.code = e.add_on_code
  AND a.from_day <= e.service_day
  AND a.to_day >= e.service_day;

-- choices
WITH placed AS (
  SELECT
    o.person_no,
    o.practice_no,
    o.service,
    o.slot,
    o.family,
    o.performer,
    o.under_service,
    o.base_code,
    o.add_on_code,
    o.add_on_units,
    o.service_day,
    o.base_cents,
    o.add_on_cents,
    o.amount_cents,
    CASE WHEN o.performer = 'practitioner' THEN 1 ELSE 0 END AS by_practitioner,
    ROW_NUMBER() OVER (
      PARTITION BY o.person_no, o.practice_no, o.service, o.slot, o.under_service, CASE WHEN o.performer = 'practitioner' THEN 1 ELSE 0 END
      ORDER BY o.family_rank NULLS LAST, o.family NULLS LAST
    ) AS place
  FROM options AS o
), ranked AS (
  SELECT
    p.person_no,
    p.practice_no,
    p.service,
    p.slot,
    p.family,
    p.performer,
    p.under_service,
    p.base_code,
    p.add_on_code,
    p.add_on_units,
    p.service_day,
    p.base_cents,
    p.add_on_cents,
    p.amount_cents,
    ROW_NUMBER() OVER (
      PARTITION BY p.person_no, p.practice_no, p.service, p.slot, p.under_service
      ORDER BY CASE
        WHEN p.by_practitioner = 1 AND w.seconds = w.practitioner_seconds
        THEN 0
        ELSE 1
      END NULLS LAST, COALESCE(p.amount_cents, CAST(-1 AS BIGINT)) DESC, p.by_practitioner NULLS LAST
    ) AS place
  FROM placed AS p
  LEFT JOIN work AS w
    ON w.person_no = p.person_no
    AND w.practice_no = p.practice_no
    AND w.service = p.service
  WHERE
    p.place = 1
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  family,
  performer,
  under_service,
  base_code,
  add_on_code,
  add_on_units,
  service_day,
  base_cents,
  add_on_cents,
  amount_cents
FROM ranked
WHERE
  place = 1;

-- service_days
SELECT
  c.person_no,
  c.practice_no,
  c.service,
  c.kind,
  c.death_day,
  COALESCE(MAX(h.service_day), MAX(c.last_day_of_life_or_month)) AS service_day
FROM care_months AS c
LEFT JOIN choices AS h
  ON h.person_no = c.person_no
  AND h.practice_no = c.practice_no
  AND h.service = c.service
GROUP BY
  c.person_no,
  c.practice_no,
  c.service,
  c.kind,
  c.death_day;

-- add_on_needs_base
SELECT
  h.person_no,
  h.practice_no,
  h.service,
  h.slot,
  'add-on-needs-base' AS rule,
  'no' AS verdict,
  h.base_code || ' without its base service that day' AS observed,
  'a base visit on the same day' AS required
FROM choices AS h
WHERE
  EXISTS(
    SELECT
      1
    FROM rule_code_sets AS s
    WHERE
      s.set_name = h.family || '_base'
  )
  AND NOT EXISTS(
    SELECT
      1
    FROM person_visits AS v
    JOIN rule_code_sets AS s
      ON s.code = v.code
    WHERE
      s.set_name = h.family || '_base'
      AND v.person_no = h.person_no
      AND v.practice_no = h.practice_no
      AND v.service_day = h.service_day
  );

-- asked
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  s.service_day,
  s.death_day,
  r.rule,
  r.number,
  r.text
FROM service_days AS s
JOIN rule_requirements AS r
  ON r.service = s.service
  AND r.from_day <= s.service_day
  AND r.to_day >= s.service_day;

-- alive
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.death_day,
    CASE WHEN a.death_day < CAST(20513 AS BIGINT) THEN 'no' ELSE 'yes' END AS verdict
  FROM asked AS a
  WHERE
    a.rule = 'alive'
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  '' AS slot,
  'alive' AS rule,
  j.verdict,
  CASE
    WHEN j.death_day IS NULL
    THEN 'no death recorded'
    ELSE 'died ' || COALESCE(c.iso, 'before the month')
  END AS observed,
  'alive in the month' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.death_day
WHERE
  j.verdict <> 'yes' OR FALSE;

-- apcm_level
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  '' AS slot,
  'apcm-level' AS rule,
  'unknown' AS verdict,
  'QMB status not on file' AS observed,
  'QMB status known, where there are two or more conditions' AS required
FROM standings AS s
JOIN asked AS a
  ON a.person_no = s.person_no
  AND a.practice_no = s.practice_no
  AND a.service = s.service
  AND a.rule = 'apcm-level'
WHERE
  s.conditions >= 2
  AND NOT EXISTS(
    SELECT
      1
    FROM qualified_beneficiaries AS q
    WHERE
      q.person_no = s.person_no
  );

-- care_plan_shared
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    s.given,
    s.complete,
    CASE WHEN s.given_and_complete = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  LEFT JOIN plan_states AS s
    ON s.person_no = a.person_no
    AND s.practice_no = a.practice_no
    AND s.service = a.service
  WHERE
    a.rule = 'care-plan-shared'
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'care-plan-shared' AS rule,
  verdict,
  CASE
    WHEN verdict = 'yes'
    THEN 'plan complete and given'
    WHEN given IS NULL
    THEN 'no care plan'
    WHEN given = 0
    THEN 'care plan not given to the patient'
    ELSE 'care plan has missing elements'
  END AS observed,
  'a complete care plan, a copy given to the patient' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- code_in_force
WITH judged AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    s.kind,
    CASE
      WHEN m.mode = 'not_payable' OR m.mode IS NULL
      THEN 'no'
      WHEN CAST(COUNT(f.base_code) AS BIGINT) = 0
      THEN 'no'
      ELSE 'yes'
    END AS verdict
  FROM service_days AS s
  LEFT JOIN practice_modes AS m
    ON m.practice_no = s.practice_no AND m.service = s.service
  LEFT JOIN codes_in_force AS f
    ON f.service = s.service
  GROUP BY
    s.person_no,
    s.practice_no,
    s.service,
    s.kind,
    m.mode
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'code-in-force' AS rule,
  verdict,
  CASE verdict
    WHEN 'yes'
    THEN 'codes in force'
    ELSE 'no code of ' || service || ' in force for a ' || kind
  END AS observed,
  'a code in force on the service date' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- complex_decision_making
WITH complex_codes AS (
  SELECT
    service,
    MIN(first_seconds) AS first_seconds,
    MIN(decision_level) AS level
  FROM codes_in_force
  WHERE
    decision_level > 0 AND basis = 'time'
  GROUP BY
    service
), judged AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    d.level,
    CASE
      WHEN s.decision_level >= k.level
      THEN 'yes'
      WHEN d.level IS NULL
      THEN 'unknown'
      ELSE 'no'
    END AS verdict
  FROM standings AS s
  JOIN asked AS a
    ON a.person_no = s.person_no
    AND a.practice_no = s.practice_no
    AND a.service = s.service
    AND a.rule = 'complex-decision-making'
  JOIN complex_codes AS k
    ON k.service = s.service
  LEFT JOIN decision_levels AS d
    ON d.person_no = s.person_no
  WHERE
    s.seconds >= k.first_seconds AND s.mode = 'individual'
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'complex-decision-making' AS rule,
  verdict,
  CASE COALESCE(level, 0)
    WHEN 0
    THEN 'not documented'
    WHEN 1
    THEN 'straightforward'
    WHEN 2
    THEN 'low'
    WHEN 3
    THEN 'moderate'
    ELSE 'high'
  END AS observed,
  'moderate or high' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- consent_active
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    CASE WHEN s.in_force = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  JOIN consent_states AS s
    ON s.person_no = a.person_no
    AND s.practice_no = a.practice_no
    AND s.service = a.service
    AND s.given = 1
  WHERE
    a.rule = 'consent-active'
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'consent-active' AS rule,
  verdict,
  CASE verdict
    WHEN 'yes'
    THEN 'consent in force'
    ELSE 'consent withdrawn before the month'
  END AS observed,
  'consent in force in the month' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- consent_documented
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    CASE WHEN s.given = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  LEFT JOIN consent_states AS s
    ON s.person_no = a.person_no
    AND s.practice_no = a.practice_no
    AND s.service = a.service
  WHERE
    a.rule = 'consent-documented'
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'consent-documented' AS rule,
  verdict,
  CASE verdict WHEN 'yes' THEN 'consent on file' ELSE 'no consent on file' END AS observed,
  'verbal or written consent, documented' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- consented_instead
WITH judged AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    r.rule,
    r.verdict,
    MIN(r.winner) AS winner
  FROM service_days AS s
  JOIN rule_service_conflicts AS r
    ON r.loser = s.service
    AND r.`when` = 'consented'
    AND r.from_day <= s.service_day
    AND r.to_day >= s.service_day
  JOIN consent_states AS w
    ON w.person_no = s.person_no
    AND w.practice_no = s.practice_no
    AND w.service = r.winner
    AND w.in_force = 1
  JOIN practice_modes AS m
    ON m.practice_no = s.practice_no AND m.service = r.winner AND m.mode <> 'not_payable'
  WHERE
    EXISTS(
      SELECT
        1
      FROM codes_in_force AS f
      WHERE
        f.service = r.winner AND f.from_day <= s.service_day AND f.to_day >= s.service_day
    )
  GROUP BY
    s.person_no,
    s.practice_no,
    s.service,
    r.rule,
    r.verdict
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  rule,
  verdict,
  'consented to ' || winner AS observed,
  'no service in its place this month' AS required
FROM judged;

-- documented_minimum
WITH documented AS (
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.service_day,
    f.min_days,
    f.first_seconds
  FROM choices AS h
  JOIN codes_in_force AS f
    ON f.service = h.service AND f.family = h.family AND f.base_code = h.base_code
  WHERE
    f.basis = 'documented'
    AND f.from_day <= h.service_day
    AND f.to_day >= h.service_day
    AND (
      f.min_days > 0 OR f.first_seconds > 0
    )
), read_on AS (
  SELECT DISTINCT
    d.person_no,
    d.practice_no,
    d.service,
    d.slot,
    r.device,
    r.reading_date
  FROM documented AS d
  JOIN persons AS p
    ON p.person_no = d.person_no
  JOIN device_days AS r
    ON r.person_id = p.person_id
    AND COALESCE(r.service, 'rpm') = d.service
    AND r.reading_date >= CAST(20513 AS BIGINT)
    AND r.reading_date <= d.service_day + 29
  WHERE
    p.practice_no = d.practice_no
    AND (
      p.death_day IS NULL OR r.reading_date <= p.death_day
    )
), by_device AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    device,
    CAST(COUNT(1) AS BIGINT) AS days
  FROM read_on
  GROUP BY
    person_no,
    practice_no,
    service,
    slot,
    device
), readings AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    MAX(days) AS days
  FROM by_device
  GROUP BY
    person_no,
    practice_no,
    service,
    slot
), billed_time AS (
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    CAST(SUM(
      CASE
        WHEN h.add_on_units = 0
        THEN f.first_seconds
        ELSE f.step_from_seconds + h.add_on_units * f.step_seconds
      END
    ) AS BIGINT) AS seconds
  FROM choices AS h
  JOIN codes_in_force AS f
    ON f.service = h.service AND f.family = h.family AND f.base_code = h.base_code
  WHERE
    f.basis = 'time'
    AND h.under_service = ''
    AND f.from_day <= h.service_day
    AND f.to_day >= h.service_day
  GROUP BY
    h.person_no,
    h.practice_no,
    h.service
), left_over AS (
  SELECT
    d.person_no,
    d.practice_no,
    d.service,
    d.slot,
    GREATEST(
      CAST(0 AS BIGINT),
      LEAST(
        COALESCE(w.practitioner_seconds, CAST(0 AS BIGINT)),
        COALESCE(w.seconds, CAST(0 AS BIGINT)) - COALESCE(b.seconds, CAST(0 AS BIGINT))
      )
    ) AS seconds
  FROM documented AS d
  LEFT JOIN work AS w
    ON w.person_no = d.person_no
    AND w.practice_no = d.practice_no
    AND w.service = d.service
  LEFT JOIN billed_time AS b
    ON b.person_no = d.person_no
    AND b.practice_no = d.practice_no
    AND b.service = d.service
), judged AS (
  SELECT
    d.person_no,
    d.practice_no,
    d.service,
    d.slot,
    'remote-monitoring-days' AS rule,
    CASE WHEN COALESCE(r.days, CAST(0 AS BIGINT)) >= d.min_days THEN 'yes' ELSE 'no' END AS verdict,
    CAST(COALESCE(r.days, CAST(0 AS BIGINT)) AS STRING) || ' days' AS observed,
    CAST(d.min_days AS STRING) || ' days with a reading, up to thirty days from the set-up' AS required
  FROM documented AS d
  LEFT JOIN readings AS r
    ON r.person_no = d.person_no
    AND r.practice_no = d.practice_no
    AND r.service = d.service
    AND r.slot = d.slot
  WHERE
    d.min_days > 0
  UNION ALL
  SELECT
    d.person_no,
    d.practice_no,
    d.service,
    d.slot,
    'threshold-reached' AS rule,
    CASE WHEN t.seconds >= d.first_seconds THEN 'yes' ELSE 'no' END AS verdict,
    CAST(CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' min ' || CAST(t.seconds - 60 * CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' s of the practitioner counted and not billed otherwise' AS observed,
    CAST(CAST(FLOOR(d.first_seconds / 60) AS BIGINT) AS STRING) || ' min' AS required
  FROM documented AS d
  JOIN left_over AS t
    ON t.person_no = d.person_no
    AND t.practice_no = d.practice_no
    AND t.service = d.service
    AND t.slot = d.slot
  WHERE
    d.first_seconds > 0
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- home_health_plan
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    MIN(s.start_day) AS plan_day
  FROM asked AS a
  JOIN person_stays AS s
    ON s.person_no = a.person_no
    AND s.kind = 'home_health'
    AND s.start_day <= CAST(20543 AS BIGINT)
    AND (
      s.end_day IS NULL OR s.end_day >= CAST(20513 AS BIGINT)
    )
  WHERE
    a.rule = 'home-health-oversight' AND a.number = 1
  GROUP BY
    a.person_no,
    a.practice_no,
    a.service
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  '' AS slot,
  'home-health-oversight' AS rule,
  'unknown' AS verdict,
  'home health plan since ' || COALESCE(c.iso, 'earlier') AS observed,
  'a review of what the home health plan covers' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.plan_day;

-- hospice_election
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    MIN(s.start_day) AS elected_day
  FROM asked AS a
  JOIN person_stays AS s
    ON s.person_no = a.person_no
    AND s.kind = 'hospice'
    AND s.start_day <= CAST(20543 AS BIGINT)
    AND (
      s.end_day IS NULL OR s.end_day >= CAST(20513 AS BIGINT)
    )
  WHERE
    a.rule = 'hospice'
  GROUP BY
    a.person_no,
    a.practice_no,
    a.service
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  '' AS slot,
  'hospice' AS rule,
  'unknown' AS verdict,
  'hospice elected ' || COALESCE(c.iso, 'earlier') AS observed,
  'a review of what the hospice covers' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.elected_day;

-- qualifying_visits
WITH starts AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.number,
    c.month_position - 31 * a.number AS earliest_position
  FROM asked AS a
  JOIN practice_months AS m
    ON m.practice_no = a.practice_no
  LEFT JOIN consent_states AS s
    ON s.person_no = a.person_no
    AND s.practice_no = a.practice_no
    AND s.service = a.service
    AND s.given = 1
  LEFT JOIN calendar AS c
    ON c.day = CASE
      WHEN s.given_at IS NULL
      THEN CAST(CAST(20543 AS BIGINT) AS BIGINT)
      ELSE CAST(FLOOR((
        s.given_at + m.offset_before
      ) / 86400) AS BIGINT)
    END
  WHERE
    a.rule = 'initiating-visit'
), latest AS (
  SELECT
    person_no,
    practice_no,
    code,
    MAX(service_day) AS service_day
  FROM person_visits
  GROUP BY
    person_no,
    practice_no,
    code
)
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  s.number,
  MAX(
    CASE
      WHEN NOT q.code IS NULL AND c.month_position >= s.earliest_position
      THEN v.service_day
    END
  ) AS qualifying_day,
  MAX(CASE WHEN c.month_position >= s.earliest_position THEN v.service_day END) AS any_day,
  MAX(v.service_day) AS seen_day
FROM starts AS s
LEFT JOIN latest AS v
  ON v.person_no = s.person_no AND v.practice_no = s.practice_no
LEFT JOIN rule_code_sets AS q
  ON q.set_name = 'initiating_' || s.service
  AND q.code = v.code
  AND q.from_day <= v.service_day
  AND q.to_day >= v.service_day
LEFT JOIN calendar AS c
  ON c.day = v.service_day
GROUP BY
  s.person_no,
  s.practice_no,
  s.service,
  s.number;

-- initiating_visit
WITH judged AS (
  SELECT
    person_no,
    practice_no,
    service,
    number,
    qualifying_day,
    seen_day,
    CASE WHEN qualifying_day IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM qualifying_visits
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  '' AS slot,
  'initiating-visit' AS rule,
  j.verdict,
  CASE
    WHEN j.qualifying_day IS NULL AND j.seen_day IS NULL
    THEN 'no visit on file'
    ELSE 'last visit ' || COALESCE(c.iso, 'long ago')
  END AS observed,
  'a qualifying visit in the ' || CAST(j.number AS STRING) || ' months before the service started, or since' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = COALESCE(j.qualifying_day, j.seen_day)
WHERE
  j.verdict <> 'yes' OR FALSE;

-- initiating_visit_type
WITH judged AS (
  SELECT
    q.person_no,
    q.practice_no,
    q.service,
    q.any_day,
    q.qualifying_day,
    CASE
      WHEN NOT q.any_day IS NULL AND q.qualifying_day IS NULL
      THEN 'no'
      ELSE 'yes'
    END AS verdict
  FROM qualifying_visits AS q
  JOIN asked AS a
    ON a.person_no = q.person_no
    AND a.practice_no = q.practice_no
    AND a.service = q.service
    AND a.rule = 'initiating-visit-type'
  WHERE
    NOT q.any_day IS NULL
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  '' AS slot,
  'initiating-visit-type' AS rule,
  j.verdict,
  'visit of ' || COALESCE(c.iso, 'that time') AS observed,
  'an evaluation and management visit of level 2 or more, a wellness visit or a transition visit' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = COALESCE(j.qualifying_day, j.any_day)
WHERE
  j.verdict <> 'yes' OR FALSE;

-- lawful_alternative
WITH others AS (
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.base_code,
    o.base_code || ' is reached too' AS observed,
    ROW_NUMBER() OVER (
      PARTITION BY h.person_no, h.practice_no, h.service, h.slot
      ORDER BY o.family_rank NULLS LAST, o.family NULLS LAST
    ) AS place
  FROM choices AS h
  JOIN work AS w
    ON w.person_no = h.person_no
    AND w.practice_no = h.practice_no
    AND w.service = h.service
    AND w.seconds > w.practitioner_seconds
  JOIN options AS o
    ON o.person_no = h.person_no
    AND o.practice_no = h.practice_no
    AND o.service = h.service
    AND o.slot = h.slot
    AND o.under_service = h.under_service
    AND CASE WHEN o.performer = 'practitioner' THEN 1 ELSE 0 END <> CASE WHEN h.performer = 'practitioner' THEN 1 ELSE 0 END
  UNION ALL
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.base_code,
    MIN(c.code) || ' is already billed by this practice' AS observed,
    CAST(1 AS BIGINT) AS place
  FROM choices AS h
  JOIN person_claims AS c
    ON c.person_no = h.person_no
    AND c.practice_no = h.practice_no
    AND c.service_day >= CAST(20513 AS BIGINT)
    AND c.service_day <= CAST(20543 AS BIGINT)
  JOIN rule_codes AS r
    ON r.code = c.code
    AND r.service = h.service
    AND r.slot = h.slot
    AND r.family <> h.family
    AND r.from_day <= c.service_day
    AND r.to_day >= c.service_day
  GROUP BY
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.base_code
)
SELECT
  o.person_no,
  o.practice_no,
  o.service,
  o.slot,
  a.rule,
  'no' AS verdict,
  o.observed,
  'the month is coded as ' || o.base_code AS required
FROM others AS o
JOIN asked AS a
  ON a.person_no = o.person_no
  AND a.practice_no = o.practice_no
  AND a.service = o.service
  AND a.rule IN ('one-family', 'pcm-performer')
WHERE
  o.place = 1;

-- live_contact
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    CASE WHEN w.live_contact = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  JOIN choices AS h
    ON h.person_no = a.person_no
    AND h.practice_no = a.practice_no
    AND h.service = a.service
    AND h.slot = 'time'
  LEFT JOIN work AS w
    ON w.person_no = a.person_no
    AND w.practice_no = a.practice_no
    AND w.service = a.service
  WHERE
    a.rule = 'live-contact'
)
SELECT
  person_no,
  practice_no,
  service,
  'time' AS slot,
  'live-contact' AS rule,
  verdict,
  CASE verdict WHEN 'yes' THEN 'a live contact' ELSE 'no live contact recorded' END AS observed,
  'one live two-way contact in the month' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- same_day_pairs
WITH coded AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    base_code AS code,
    service_day,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END AS place
  FROM choices
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    add_on_code AS code,
    service_day,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END || ' add-on' AS place
  FROM choices
  WHERE
    add_on_units > 0
), own AS (
  SELECT
    person_no,
    practice_no,
    service_day,
    code
  FROM person_claims
  WHERE
    practice_no <> 0
    AND service_day >= CAST(20513 AS BIGINT)
    AND service_day <= CAST(20543 AS BIGINT)
  UNION
  SELECT
    person_no,
    practice_no,
    service_day,
    code
  FROM person_visits
  WHERE
    service_day >= CAST(20513 AS BIGINT)
), met AS (
  SELECT
    k.person_no,
    k.practice_no,
    k.service,
    k.slot,
    k.place,
    k.code,
    k.service_day,
    o.code AS other_code
  FROM coded AS k
  JOIN own AS o
    ON o.person_no = k.person_no
    AND o.practice_no = k.practice_no
    AND o.service_day = k.service_day
  WHERE
    o.code <> k.code
)
SELECT
  m.person_no,
  m.practice_no,
  m.service,
  m.slot,
  m.place,
  m.code,
  m.service_day,
  m.other_code,
  1 AS our_column,
  CASE WHEN r.modifier_allowed THEN 1 ELSE 0 END AS modifier
FROM met AS m
JOIN rule_code_pairs AS r
  ON r.column1 = m.code
  AND r.column2 = m.other_code
  AND r.from_day <= m.service_day
  AND r.to_day >= m.service_day
UNION ALL
SELECT
  m.person_no,
  m.practice_no,
  m.service,
  m.slot,
  m.place,
  m.code,
  m.service_day,
  m.other_code,
  2 AS our_column,
  CASE WHEN r.modifier_allowed THEN 1 ELSE 0 END AS modifier
FROM met AS m
JOIN rule_code_pairs AS r
  ON r.column2 = m.code
  AND r.column1 = m.other_code
  AND r.from_day <= m.service_day
  AND r.to_day >= m.service_day;

-- modifier_needed
WITH judged AS (
  SELECT
    p.person_no,
    p.practice_no,
    p.service,
    p.slot,
    p.our_column,
    p.modifier,
    MAX(CASE WHEN e.code IS NULL THEN 0 ELSE 1 END) AS visit,
    MIN(p.other_code) AS other_code,
    MIN(p.code) AS code
  FROM same_day_pairs AS p
  LEFT JOIN rule_code_sets AS e
    ON e.set_name = 'em_needing_25'
    AND e.code = p.other_code
    AND e.from_day <= p.service_day
    AND e.to_day >= p.service_day
  WHERE
    p.our_column = 1 OR p.modifier = 1
  GROUP BY
    p.person_no,
    p.practice_no,
    p.service,
    p.slot,
    p.our_column,
    p.modifier,
    CASE WHEN e.code IS NULL THEN 0 ELSE 1 END
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'modifier-needed' AS rule,
  'no' AS verdict,
  other_code || ' on the same day as ' || code AS observed,
  CASE
    WHEN modifier = 0
    THEN other_code || ' not billed: it is part of ' || code || ' and no modifier parts them'
    WHEN our_column = 2
    THEN 'modifier 59 on ' || code || ', if the work was distinct'
    WHEN visit = 1
    THEN 'modifier 25 on the visit'
    ELSE 'modifier 59 on ' || other_code || ', if the work was distinct'
  END AS required
FROM judged;

-- once_per_start
WITH judged AS (
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.base_code,
    MAX(o.service_day) AS day
  FROM choices AS h
  JOIN asked AS a
    ON a.person_no = h.person_no
    AND a.practice_no = h.practice_no
    AND a.service = h.service
    AND a.rule = 'once-per-start'
    AND a.text = h.base_code
  JOIN person_claims AS o
    ON o.person_no = h.person_no
    AND o.practice_no = h.practice_no
    AND o.code = h.base_code
    AND o.service_day <= h.service_day
  GROUP BY
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.base_code
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  j.slot,
  'once-per-start' AS rule,
  'no' AS verdict,
  j.base_code || ' billed ' || COALESCE(c.iso, 'earlier') AS observed,
  'once at the start of the service' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.day;

-- one_condition
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.number,
    COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions
  FROM asked AS a
  LEFT JOIN condition_counts AS n
    ON n.person_no = a.person_no
  WHERE
    a.rule = 'one-condition'
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'one-condition' AS rule,
  CASE WHEN conditions >= number THEN 'yes' ELSE 'no' END AS verdict,
  CAST(conditions AS STRING) AS observed,
  CAST(number AS STRING) || ' chronic condition' AS required
FROM judged
WHERE
  conditions < number OR FALSE;

-- one_transition
SELECT
  a.person_no,
  a.practice_no,
  a.service,
  d.slot,
  'duplicate-claim' AS rule,
  'no' AS verdict,
  'discharge of ' || COALESCE(c.iso, 'this month') || ' within thirty days of the one of ' || COALESCE(w.iso, 'before') AS observed,
  'one transition in thirty days' AS required
FROM asked AS a
JOIN discharges AS d
  ON d.person_no = a.person_no AND d.practice_no = a.practice_no
LEFT JOIN calendar AS c
  ON c.day = d.discharge_day
LEFT JOIN calendar AS w
  ON w.day = d.window_of
WHERE
  a.rule = 'duplicate-claim' AND a.service = 'tcm' AND NOT d.window_of IS NULL;

-- other_claims_conflict
WITH judged AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    r.rule,
    r.verdict,
    MIN(o.code) AS code,
    MIN(o.service_day) AS day,
    MAX(CASE WHEN o.practice_no = s.practice_no THEN 1 ELSE 0 END) AS own,
    CASE
      WHEN o.practice_no = s.practice_no AND r.window = 'month'
      THEN COALESCE(k.slot, '')
      ELSE ''
    END AS slot
  FROM service_days AS s
  JOIN person_claims AS o
    ON o.person_no = s.person_no
  JOIN rule_claim_conflicts AS r
    ON r.service = s.service
    AND r.from_day <= s.service_day
    AND r.to_day >= s.service_day
    AND r.scope = CASE
      WHEN o.practice_no = s.practice_no
      THEN 'same_practice'
      ELSE 'other_practice'
    END
  JOIN rule_code_sets AS c
    ON c.set_name = r.code_set
    AND c.code = o.code
    AND c.from_day <= o.service_day
    AND c.to_day >= o.service_day
  LEFT JOIN rule_codes AS k
    ON k.service = s.service
    AND k.code = o.code
    AND k.from_day <= o.service_day
    AND k.to_day >= o.service_day
  WHERE
    (
      r.window = 'month'
      AND o.service_day >= CAST(20513 AS BIGINT)
      AND o.service_day <= CAST(20543 AS BIGINT)
    )
    OR (
      r.window = 'episode'
      AND o.service_day >= s.service_day - 29
      AND o.service_day <= s.service_day
    )
    OR (
      r.window = 'ever' AND o.service_day <= s.service_day
    )
  GROUP BY
    s.person_no,
    s.practice_no,
    s.service,
    r.rule,
    r.verdict,
    CASE
      WHEN o.practice_no = s.practice_no AND r.window = 'month'
      THEN COALESCE(k.slot, '')
      ELSE ''
    END
)
SELECT
  j.person_no,
  j.practice_no,
  j.service,
  j.slot,
  j.rule,
  j.verdict,
  j.code || CASE j.own
    WHEN 1
    THEN ' billed by this practice on '
    ELSE ' billed by another practice on '
  END || COALESCE(c.iso, 'an earlier day') AS observed,
  'no such claim' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.day;

-- person_coverage
WITH ranked AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    c.payer_id,
    c.product,
    CASE
      WHEN c.start_day <= s.service_day AND c.end_day >= s.service_day
      THEN 1
      ELSE 0
    END AS covered,
    ROW_NUMBER() OVER (
      PARTITION BY s.person_no, s.practice_no, s.service
      ORDER BY CASE
        WHEN c.start_day <= s.service_day AND c.end_day >= s.service_day
        THEN 0
        ELSE 1
      END NULLS LAST, c.rank NULLS LAST, c.start_day DESC, c.payer_id NULLS LAST, c.product NULLS LAST
    ) AS place
  FROM service_days AS s
  JOIN person_coverage_spans AS c
    ON c.person_no = s.person_no
)
SELECT
  person_no,
  practice_no,
  service,
  payer_id,
  product,
  covered
FROM ranked
WHERE
  place = 1;

-- payer_terms
WITH seen AS (
  SELECT DISTINCT
    c.payer_id,
    c.product,
    a.service,
    a.service_day
  FROM asked AS a
  JOIN person_coverage AS c
    ON c.person_no = a.person_no
    AND c.practice_no = a.practice_no
    AND c.service = a.service
  WHERE
    a.rule = 'payer-accepts' AND c.covered = 1
), said AS (
  SELECT
    s.payer_id,
    s.product,
    s.service,
    s.service_day,
    r.code,
    r.verdict,
    r.min_conditions,
    CASE WHEN r.payer_id = '' THEN 0 ELSE 8 END + CASE WHEN r.code = '' THEN 0 ELSE 4 END + CASE WHEN r.service = '' THEN 0 ELSE 2 END AS weight
  FROM seen AS s
  JOIN rule_payers AS r
    ON r.product = s.product
    AND (
      r.payer_id = s.payer_id OR r.payer_id = ''
    )
    AND (
      r.service = s.service OR r.service = ''
    )
    AND r.from_day <= s.service_day
    AND r.to_day >= s.service_day
), named AS (
  SELECT DISTINCT
    payer_id,
    product,
    service,
    service_day,
    code
  FROM said
), ranked AS (
  SELECT
    n.payer_id,
    n.product,
    n.service,
    n.service_day,
    n.code,
    s.verdict,
    s.min_conditions,
    ROW_NUMBER() OVER (
      PARTITION BY n.payer_id, n.product, n.service, n.service_day, n.code
      ORDER BY s.weight DESC
    ) AS place
  FROM named AS n
  JOIN said AS s
    ON s.payer_id = n.payer_id
    AND s.product = n.product
    AND s.service = n.service
    AND s.service_day = n.service_day
    AND (
      s.code = n.code OR s.code = ''
    )
)
SELECT
  payer_id,
  product,
  service,
  service_day,
  code,
  verdict,
  min_conditions
FROM ranked
WHERE
  place = 1;

-- payer_accepts
WITH covered AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.service_day,
    c.payer_id,
    c.product,
    c.covered,
    COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions
  FROM asked AS a
  LEFT JOIN person_coverage AS c
    ON c.person_no = a.person_no
    AND c.practice_no = a.practice_no
    AND c.service = a.service
  LEFT JOIN condition_counts AS n
    ON n.person_no = a.person_no
  WHERE
    a.rule = 'payer-accepts'
), coded AS (
  SELECT
    person_no,
    practice_no,
    service,
    base_code AS code,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END AS slot
  FROM choices
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    add_on_code AS code,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END || ' add-on' AS slot
  FROM choices
  WHERE
    add_on_units > 0
), spoken_of AS (
  SELECT DISTINCT
    v.person_no,
    v.practice_no,
    v.service
  FROM covered AS v
  JOIN coded AS k
    ON k.person_no = v.person_no
    AND k.practice_no = v.practice_no
    AND k.service = v.service
  JOIN payer_terms AS t
    ON t.payer_id = v.payer_id
    AND t.product = v.product
    AND t.service = v.service
    AND t.service_day = v.service_day
    AND t.code = k.code
  WHERE
    v.covered = 1 AND t.code <> ''
), by_line AS (
  SELECT
    v.person_no,
    v.practice_no,
    v.service,
    v.service_day,
    v.payer_id,
    v.product,
    v.covered,
    v.conditions,
    k.slot,
    k.code
  FROM spoken_of AS s
  JOIN covered AS v
    ON v.person_no = s.person_no
    AND v.practice_no = s.practice_no
    AND v.service = s.service
  JOIN coded AS k
    ON k.person_no = s.person_no
    AND k.practice_no = s.practice_no
    AND k.service = s.service
), lines_asked AS (
  SELECT
    person_no,
    practice_no,
    service,
    service_day,
    payer_id,
    product,
    covered,
    conditions,
    slot,
    code
  FROM by_line
  UNION ALL
  SELECT
    v.person_no,
    v.practice_no,
    v.service,
    v.service_day,
    v.payer_id,
    v.product,
    v.covered,
    v.conditions,
    '' AS slot,
    '' AS code
  FROM covered AS v
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM by_line AS b
      WHERE
        b.person_no = v.person_no
        AND b.practice_no = v.practice_no
        AND b.service = v.service
    )
), termed AS (
  SELECT
    q.person_no,
    q.practice_no,
    q.service,
    q.payer_id,
    q.product,
    q.covered,
    q.conditions,
    q.slot,
    q.code,
    CASE WHEN o.verdict IS NULL THEN g.verdict ELSE o.verdict END AS verdict,
    COALESCE(o.min_conditions, g.min_conditions, 0) AS min_conditions
  FROM lines_asked AS q
  LEFT JOIN payer_terms AS o
    ON o.payer_id = q.payer_id
    AND o.product = q.product
    AND o.service = q.service
    AND o.service_day = q.service_day
    AND o.code = q.code
    AND q.code <> ''
  LEFT JOIN payer_terms AS g
    ON g.payer_id = q.payer_id
    AND g.product = q.product
    AND g.service = q.service
    AND g.service_day = q.service_day
    AND g.code = ''
), decided AS (
  SELECT
    person_no,
    practice_no,
    service,
    payer_id,
    product,
    covered,
    conditions,
    slot,
    code,
    min_conditions,
    CASE
      WHEN payer_id IS NULL
      THEN 'unknown'
      WHEN covered = 0 OR verdict = 'no'
      THEN 'no'
      WHEN verdict = 'yes' AND conditions < min_conditions
      THEN 'no'
      ELSE COALESCE(verdict, 'unknown')
    END AS verdict
  FROM termed
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'payer-accepts' AS rule,
  verdict,
  CASE
    WHEN payer_id IS NULL
    THEN 'no coverage on file'
    WHEN covered = 0
    THEN 'coverage by ' || payer_id || ' not in force on the service date'
    ELSE payer_id || ' (' || product || ')' || CASE WHEN code = '' THEN '' ELSE ', ' || code END || CASE
      WHEN conditions < min_conditions
      THEN ', ' || CAST(conditions AS STRING) || ' conditions'
      ELSE ''
    END
  END AS observed,
  'a payer that covers the person on the service date and pays for the service' || CASE
    WHEN conditions < min_conditions
    THEN ', with ' || CAST(min_conditions AS STRING) || ' conditions'
    ELSE ''
  END AS required
FROM decided
WHERE
  verdict <> 'yes' OR FALSE;

-- priced
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'priced' AS rule,
  'unknown' AS verdict,
  'no amount for ' || base_code || CASE
    WHEN add_on_units > 0 AND NOT base_cents IS NULL
    THEN ' add-on ' || add_on_code
    ELSE ''
  END AS observed,
  'a fee schedule amount for the place of service' AS required
FROM choices
WHERE
  amount_cents IS NULL;

-- remote_monitoring_days
WITH least_needed AS (
  SELECT
    service,
    slot,
    device,
    CAST(MIN(min_days) AS BIGINT) AS min_days
  FROM codes_in_force
  WHERE
    basis = 'device_days'
  GROUP BY
    service,
    slot,
    device
), days AS (
  SELECT
    person_no,
    practice_no,
    service,
    device,
    MAX(days) AS days
  FROM device_readings
  GROUP BY
    person_no,
    practice_no,
    service,
    device
), judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    n.slot,
    d.days,
    n.min_days,
    CASE WHEN h.person_no IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM asked AS a
  JOIN days AS d
    ON d.person_no = a.person_no
    AND d.practice_no = a.practice_no
    AND d.service = a.service
  JOIN least_needed AS n
    ON n.service = a.service AND n.device = d.device
  LEFT JOIN choices AS h
    ON h.person_no = a.person_no
    AND h.practice_no = a.practice_no
    AND h.service = a.service
    AND h.slot = n.slot
  WHERE
    a.rule = 'remote-monitoring-days'
  UNION ALL
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    'device' AS slot,
    d.days,
    CAST(NULL AS BIGINT) AS min_days,
    'unknown' AS verdict
  FROM asked AS a
  JOIN days AS d
    ON d.person_no = a.person_no
    AND d.practice_no = a.practice_no
    AND d.service = a.service
    AND d.device IS NULL
  WHERE
    a.rule = 'remote-monitoring-days'
    AND EXISTS(
      SELECT
        1
      FROM least_needed AS n
      WHERE
        n.service = a.service
    )
  UNION ALL
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    'device' AS slot,
    CAST(0 AS BIGINT) AS days,
    MIN(n.min_days) AS min_days,
    'no' AS verdict
  FROM asked AS a
  JOIN least_needed AS n
    ON n.service = a.service
  WHERE
    a.rule = 'remote-monitoring-days'
    AND NOT EXISTS(
      SELECT
        1
      FROM days AS d
      WHERE
        d.person_no = a.person_no
        AND d.practice_no = a.practice_no
        AND d.service = a.service
    )
  GROUP BY
    a.person_no,
    a.practice_no,
    a.service
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'remote-monitoring-days' AS rule,
  verdict,
  CAST(days AS STRING) || ' days' || CASE verdict WHEN 'unknown' THEN ' of a device of no known kind' ELSE '' END AS observed,
  CASE verdict
    WHEN 'unknown'
    THEN 'a device named as one of the kinds that have a code'
    ELSE CAST(min_days AS STRING) || ' days with a reading'
  END AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- rival_practice
WITH met AS (
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    h.service_day,
    o.practice_no AS other_no,
    o.service AS other_service,
    o.base_code AS other_code,
    o.service_day AS other_day
  FROM choices AS h
  JOIN choices AS o
    ON o.person_no = h.person_no AND o.practice_no <> h.practice_no
), rivals AS (
  SELECT
    m.person_no,
    m.practice_no,
    m.service,
    m.service_day,
    m.other_no,
    m.other_code,
    m.other_day
  FROM met AS m
  LEFT JOIN consent_states AS c
    ON c.person_no = m.person_no
    AND c.practice_no = m.other_no
    AND c.service = m.other_service
    AND c.in_force = 1
  WHERE
    NOT c.person_no IS NULL
    OR NOT EXISTS(
      SELECT
        1
      FROM rule_requirements AS r
      WHERE
        r.rule = 'consent-documented'
        AND r.service = m.other_service
        AND r.from_day <= m.other_day
        AND r.to_day >= m.other_day
    )
)
SELECT
  v.person_no,
  v.practice_no,
  v.service,
  '' AS slot,
  r.rule,
  'unknown' AS verdict,
  MIN(v.other_code || ' is reached by ' || p.practice_id || ' too') AS observed,
  'one of the two practices' AS required
FROM rivals AS v
JOIN rule_claim_conflicts AS r
  ON r.service = v.service
  AND r.scope = 'other_practice'
  AND r.from_day <= v.service_day
  AND r.to_day >= v.service_day
JOIN rule_code_sets AS s
  ON s.set_name = r.code_set
  AND s.code = v.other_code
  AND s.from_day <= v.other_day
  AND s.to_day >= v.other_day
JOIN practice_months AS p
  ON p.practice_no = v.other_no
GROUP BY
  v.person_no,
  v.practice_no,
  v.service,
  r.rule;

-- same_day_service
SELECT
  person_no,
  practice_no,
  service,
  place AS slot,
  'duplicate-claim' AS rule,
  'no' AS verdict,
  MIN(other_code) || ' of the same day includes ' || code AS observed,
  'no such service on that day' AS required
FROM same_day_pairs
WHERE
  our_column = 2 AND modifier = 0
GROUP BY
  person_no,
  practice_no,
  service,
  place,
  code;

-- tcm_contact
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.number,
    d.slot,
    d.business_days_to_contact AS days,
    CASE WHEN d.business_days_to_contact <= a.number THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  JOIN discharges AS d
    ON d.person_no = a.person_no AND d.practice_no = a.practice_no
  WHERE
    a.rule = 'tcm-contact' AND d.window_of IS NULL
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'tcm-contact' AS rule,
  verdict,
  CASE
    WHEN NOT days IS NULL
    THEN CAST(days AS STRING) || ' business days'
    ELSE 'no live contact recorded'
  END AS observed,
  CAST(number AS STRING) || ' business days' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- tcm_visit
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.number,
    COALESCE(d.slot, '') AS slot,
    d.visit_day - d.discharge_day AS days,
    CASE WHEN h.person_no IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM asked AS a
  LEFT JOIN discharges AS d
    ON d.person_no = a.person_no AND d.practice_no = a.practice_no
  LEFT JOIN choices AS h
    ON h.person_no = a.person_no
    AND h.practice_no = a.practice_no
    AND h.service = a.service
    AND h.slot = d.slot
    AND h.under_service = ''
  WHERE
    a.rule = 'tcm-visit' AND d.window_of IS NULL
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'tcm-visit' AS rule,
  verdict,
  CASE
    WHEN days IS NULL
    THEN 'no visit after discharge'
    ELSE 'visit on day ' || CAST(days AS STRING)
  END AS observed,
  'visit within ' || CAST(number AS STRING) || ' days (7 if high), at least moderate decision making documented' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- threshold_reached
WITH least_needed AS (
  SELECT
    service,
    slot,
    MIN(first_seconds) AS first_seconds
  FROM codes_in_force
  WHERE
    basis = 'time' AND under_service = ''
  GROUP BY
    service,
    slot
), judged AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    n.slot,
    s.seconds,
    CASE
      WHEN s.mode = 'bundled'
      THEN CAST(s.bundled_seconds AS BIGINT)
      ELSE CAST(n.first_seconds AS BIGINT)
    END AS needed,
    CASE WHEN h.person_no IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM standings AS s
  JOIN least_needed AS n
    ON n.service = s.service
  LEFT JOIN choices AS h
    ON h.person_no = s.person_no
    AND h.practice_no = s.practice_no
    AND h.service = s.service
    AND h.slot = n.slot
    AND h.under_service = ''
  WHERE
    s.mode <> 'not_payable'
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'threshold-reached' AS rule,
  verdict,
  CAST(CAST(FLOOR(seconds / 60) AS BIGINT) AS STRING) || ' min ' || CAST(seconds - 60 * CAST(FLOOR(seconds / 60) AS BIGINT) AS STRING) || ' s counted' || CASE
    WHEN seconds < needed
    THEN ', ' || CAST(CAST(FLOOR((
      needed - seconds
    ) / 60) AS BIGINT) AS STRING) || ' min ' || CAST(needed - seconds - 60 * CAST(FLOOR((
      needed - seconds
    ) / 60) AS BIGINT) AS STRING) || ' s short'
    ELSE ''
  END AS observed,
  CAST(CAST(FLOOR(needed / 60) AS BIGINT) AS STRING) || ' min' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- two_conditions
WITH judged AS (
  SELECT
    a.person_no,
    a.practice_no,
    a.service,
    a.number,
    COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions
  FROM asked AS a
  LEFT JOIN condition_counts AS n
    ON n.person_no = a.person_no
  WHERE
    a.rule = 'two-conditions'
)
SELECT
  person_no,
  practice_no,
  service,
  '' AS slot,
  'two-conditions' AS rule,
  CASE WHEN conditions >= number THEN 'yes' ELSE 'no' END AS verdict,
  CAST(conditions AS STRING) AS observed,
  CAST(number AS STRING) || ' chronic conditions' AS required
FROM judged
WHERE
  conditions < number OR FALSE;

-- unit_cap
WITH judged AS (
  SELECT
    h.person_no,
    h.practice_no,
    h.service,
    h.slot,
    h.add_on_code,
    f.add_on_cap,
    CASE
      WHEN f.performer = 'practitioner'
      THEN s.practitioner_seconds
      ELSE s.seconds
    END - f.step_from_seconds - (
      f.add_on_cap + 1
    ) * f.step_seconds AS over_s
  FROM choices AS h
  JOIN standings AS s
    ON s.person_no = h.person_no
    AND s.practice_no = h.practice_no
    AND s.service = h.service
  JOIN codes_in_force AS f
    ON f.service = h.service AND f.family = h.family AND f.base_code = h.base_code
  WHERE
    h.add_on_units > 0 AND h.add_on_units = f.add_on_cap
)
SELECT
  person_no,
  practice_no,
  service,
  slot,
  'unit-cap' AS rule,
  'no' AS verdict,
  'more time than ' || CAST(add_on_cap AS STRING) || ' units of ' || add_on_code AS observed,
  'at most ' || CAST(add_on_cap AS STRING) || ' units a month' AS required
FROM judged
WHERE
  over_s >= 0;

-- verdicts
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM add_on_needs_base
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM alive
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM apcm_level
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM care_plan_shared
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM code_in_force
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM complex_decision_making
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM consent_active
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM consent_documented
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM consented_instead
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM documented_minimum
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM home_health_plan
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM hospice_election
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM initiating_visit
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM initiating_visit_type
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM lawful_alternative
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM live_contact
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM modifier_needed
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM once_per_start
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM one_condition
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM one_transition
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM other_claims_conflict
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM payer_accepts
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM priced
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM remote_monitoring_days
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM rival_practice
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM same_day_service
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM tcm_contact
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM tcm_visit
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM threshold_reached
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM two_conditions
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  slot,
  rule,
  verdict,
  observed,
  required
FROM unit_cap;

-- blocked
SELECT DISTINCT
  v.person_no,
  v.practice_no,
  v.service,
  v.slot,
  v.rule
FROM verdicts AS v
JOIN service_days AS s
  ON s.person_no = v.person_no
  AND s.practice_no = v.practice_no
  AND s.service = v.service
JOIN rule_requirements AS r
  ON r.rule = v.rule
  AND r.service = v.service
  AND r.blocks
  AND r.from_day <= s.service_day
  AND r.to_day >= s.service_day
WHERE
  v.verdict <> 'yes';

-- billable
WITH held AS (
  SELECT DISTINCT
    person_no,
    practice_no,
    service,
    slot
  FROM blocked
  WHERE
    slot <> ''
), placed AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    family,
    performer,
    under_service,
    base_code,
    add_on_code,
    add_on_units,
    service_day,
    base_cents,
    add_on_cents,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END AS place
  FROM choices
)
SELECT
  h.person_no,
  h.practice_no,
  h.service,
  h.slot,
  h.family,
  h.performer,
  h.under_service,
  h.base_code,
  h.add_on_code,
  CASE WHEN a.person_no IS NULL THEN h.add_on_units ELSE CAST(0 AS BIGINT) END AS add_on_units,
  h.service_day,
  h.base_cents,
  h.add_on_cents
FROM placed AS h
LEFT JOIN held AS a
  ON a.person_no = h.person_no
  AND a.practice_no = h.practice_no
  AND a.service = h.service
  AND a.slot = h.place || ' add-on'
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM blocked AS b
    WHERE
      b.person_no = h.person_no
      AND b.practice_no = h.practice_no
      AND b.service = h.service
      AND (
        b.slot = '' OR b.slot = h.slot OR b.slot = h.place
      )
      AND (
        h.under_service = ''
        OR b.slot <> h.slot
        OR NOT b.rule IN ('threshold-reached', 'payer-accepts')
      )
  );

-- displaced
SELECT DISTINCT
  l.person_no,
  l.practice_no,
  l.service,
  r.rule,
  r.winner,
  r.verdict
FROM billable AS l
JOIN rule_service_conflicts AS r
  ON r.loser = l.service
  AND r.`when` = 'billable'
  AND r.from_day <= l.service_day
  AND r.to_day >= l.service_day
JOIN billable AS w
  ON w.person_no = l.person_no
  AND w.practice_no = l.practice_no
  AND w.service = r.winner;

-- standing_choices
WITH standing AS (
  SELECT
    b.person_no,
    b.practice_no,
    b.service,
    b.slot,
    b.family,
    b.performer,
    b.under_service,
    b.base_code,
    b.add_on_code,
    b.add_on_units,
    b.service_day,
    b.base_cents,
    b.add_on_cents
  FROM billable AS b
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM displaced AS d
      WHERE
        d.person_no = b.person_no
        AND d.practice_no = b.practice_no
        AND d.service = b.service
    )
), under AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    s.slot,
    s.family,
    s.performer,
    s.under_service,
    s.base_code,
    s.add_on_code,
    s.add_on_units,
    s.service_day,
    s.base_cents,
    s.add_on_cents
  FROM standing AS s
  WHERE
    s.under_service <> ''
    AND EXISTS(
      SELECT
        1
      FROM standing AS w
      WHERE
        w.person_no = s.person_no
        AND w.practice_no = s.practice_no
        AND w.service = s.under_service
    )
)
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  s.slot,
  s.family,
  s.performer,
  s.base_code,
  s.add_on_code,
  s.add_on_units,
  s.service_day,
  s.base_cents,
  s.add_on_cents
FROM standing AS s
WHERE
  s.under_service = ''
  AND NOT EXISTS(
    SELECT
      1
    FROM under AS u
    WHERE
      u.person_no = s.person_no
      AND u.practice_no = s.practice_no
      AND u.service = s.service
      AND u.slot = s.slot
  )
UNION ALL
SELECT
  u.person_no,
  u.practice_no,
  u.service,
  u.slot,
  u.family,
  u.performer,
  u.base_code,
  u.add_on_code,
  u.add_on_units,
  u.service_day,
  u.base_cents,
  u.add_on_cents
FROM under AS u;

-- paired_out
WITH coded AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    0 AS add_on,
    base_code AS code,
    service_day
  FROM standing_choices
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    1 AS add_on,
    add_on_code AS code,
    service_day
  FROM standing_choices
  WHERE
    add_on_units > 0
), billed AS (
  SELECT DISTINCT
    code
  FROM coded
), pairs AS (
  SELECT
    r.column1,
    r.column2,
    r.from_day,
    r.to_day
  FROM rule_code_pairs AS r
  JOIN billed AS a
    ON a.code = r.column1
  JOIN billed AS b
    ON b.code = r.column2
  WHERE
    NOT r.modifier_allowed
)
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  s.slot,
  s.add_on,
  s.code,
  MIN(f.code) AS other_code
FROM pairs AS r
JOIN coded AS s
  ON s.code = r.column2 AND r.from_day <= s.service_day AND r.to_day >= s.service_day
JOIN coded AS f
  ON f.code = r.column1
  AND f.person_no = s.person_no
  AND f.practice_no = s.practice_no
  AND f.service_day = s.service_day
GROUP BY
  s.person_no,
  s.practice_no,
  s.service,
  s.slot,
  s.add_on,
  s.code;

-- line_choices
SELECT
  s.person_no,
  s.practice_no,
  s.service,
  s.slot,
  s.family,
  s.performer,
  s.base_code,
  s.add_on_code,
  CASE WHEN a.person_no IS NULL THEN s.add_on_units ELSE CAST(0 AS BIGINT) END AS add_on_units,
  s.service_day,
  s.base_cents,
  s.add_on_cents
FROM standing_choices AS s
LEFT JOIN paired_out AS a
  ON a.person_no = s.person_no
  AND a.practice_no = s.practice_no
  AND a.service = s.service
  AND a.slot = s.slot
  AND a.add_on = 1
LEFT JOIN paired_out AS b
  ON b.person_no = s.person_no
  AND b.practice_no = s.practice_no
  AND b.service = s.service
  AND b.slot = s.slot
  AND b.add_on = 0
WHERE
  b.person_no IS NULL;

-- coded_units
WITH numbered AS (
  SELECT
    c.person_no,
    c.practice_no,
    c.base_code,
    c.service_day,
    c.base_cents,
    s.precedence,
    m.month_units,
    ROW_NUMBER() OVER (
      PARTITION BY c.person_no, c.practice_no, c.base_code
      ORDER BY c.service_day NULLS LAST, s.precedence NULLS LAST
    ) AS place
  FROM line_choices AS c
  JOIN practice_modes AS m
    ON m.practice_no = c.practice_no AND m.service = c.service
  JOIN rule_services AS s
    ON s.service = c.service
    AND s.from_day <= c.service_day
    AND s.to_day >= c.service_day
  WHERE
    c.family = 'bundled'
), capped AS (
  SELECT
    person_no,
    practice_no,
    base_code,
    service_day,
    base_cents,
    precedence,
    place,
    MAX(place) OVER (PARTITION BY person_no, practice_no, base_code) AS units
  FROM numbered
  WHERE
    place <= month_units
), bundled AS (
  SELECT
    person_no,
    practice_no,
    base_code AS code,
    CAST(MAX(units) AS BIGINT) AS units,
    MAX(service_day) AS service_day,
    MAX(CASE WHEN place = units THEN base_cents END) AS cents,
    MIN(precedence) AS precedence
  FROM capped
  GROUP BY
    person_no,
    practice_no,
    base_code
)
SELECT
  person_no,
  practice_no,
  service,
  performer,
  base_code AS code,
  CAST(1 AS BIGINT) AS units,
  service_day,
  base_cents AS cents
FROM line_choices
WHERE
  family <> 'bundled'
UNION ALL
SELECT
  person_no,
  practice_no,
  service,
  performer,
  add_on_code AS code,
  add_on_units AS units,
  service_day,
  add_on_cents AS cents
FROM line_choices
WHERE
  family <> 'bundled' AND add_on_units > 0
UNION ALL
SELECT
  b.person_no,
  b.practice_no,
  s.service,
  'staff' AS performer,
  b.code,
  b.units,
  b.service_day,
  b.cents
FROM bundled AS b
JOIN rule_services AS s
  ON s.precedence = b.precedence
  AND s.from_day <= b.service_day
  AND s.to_day >= b.service_day;

-- diagnoses
WITH billed AS (
  SELECT DISTINCT
    person_no
  FROM line_choices
), named AS (
  SELECT DISTINCT
    c.person_no,
    c.diagnosis
  FROM condition_categories AS c
  JOIN billed AS b
    ON b.person_no = c.person_no
  WHERE
    NOT c.diagnosis IS NULL
), numbered AS (
  SELECT
    person_no,
    diagnosis,
    CAST(ROW_NUMBER() OVER (PARTITION BY person_no ORDER BY diagnosis NULLS LAST) AS BIGINT) AS place
  FROM named
)
SELECT
  person_no,
  MAX(CASE WHEN place = 1 THEN diagnosis ELSE '' END) || MAX(CASE WHEN place = 2 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 3 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 4 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 5 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 6 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 7 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 8 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 9 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 10 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 11 THEN ';' || diagnosis ELSE '' END) || MAX(CASE WHEN place = 12 THEN ';' || diagnosis ELSE '' END) AS diagnoses
FROM numbered
WHERE
  place <= 12
GROUP BY
  person_no;

-- line_modifiers
WITH billed AS (
  SELECT DISTINCT
    code
  FROM coded_units
), pairs AS (
  SELECT
    r.column1,
    r.column2,
    r.from_day,
    r.to_day
  FROM rule_code_pairs AS r
  JOIN billed AS a
    ON a.code = r.column1
  JOIN billed AS b
    ON b.code = r.column2
  WHERE
    r.modifier_allowed
)
SELECT DISTINCT
  s.person_no,
  s.practice_no,
  s.code,
  s.service_day,
  '59' AS modifiers
FROM pairs AS r
JOIN coded_units AS s
  ON s.code = r.column2 AND r.from_day <= s.service_day AND r.to_day >= s.service_day
JOIN coded_units AS f
  ON f.code = r.column1
  AND f.person_no = s.person_no
  AND f.practice_no = s.practice_no
  AND f.service_day = s.service_day;

-- rendering_practitioners
WITH billed AS (
  SELECT DISTINCT
    person_no,
    practice_no,
    service
  FROM line_choices
), worked AS (
  SELECT
    person_no,
    practice_no,
    service,
    staff_no,
    CAST(SUM(end_s - start_s) AS BIGINT) AS seconds
  FROM ruled_pieces
  WHERE
    set_aside IS NULL AND role_no = 0
  GROUP BY
    person_no,
    practice_no,
    service,
    staff_no
), most AS (
  SELECT
    person_no,
    practice_no,
    service,
    staff_no,
    ROW_NUMBER() OVER (
      PARTITION BY person_no, practice_no, service
      ORDER BY seconds DESC, staff_no NULLS LAST
    ) AS place
  FROM worked
), visited AS (
  SELECT
    v.person_no,
    v.practice_no,
    v.staff_no,
    ROW_NUMBER() OVER (
      PARTITION BY v.person_no, v.practice_no
      ORDER BY v.service_day DESC, v.staff_no NULLS LAST
    ) AS place
  FROM person_visits AS v
  JOIN staff AS s
    ON s.staff_no = v.staff_no AND s.role = 'practitioner'
), first_of_practice AS (
  SELECT
    practice_no,
    MIN(staff_no) AS staff_no
  FROM staff
  WHERE
    role = 'practitioner'
  GROUP BY
    practice_no
)
SELECT
  b.person_no,
  b.practice_no,
  b.service,
  COALESCE(m.staff_no, v.staff_no, f.staff_no) AS staff_no
FROM billed AS b
LEFT JOIN most AS m
  ON m.person_no = b.person_no
  AND m.practice_no = b.practice_no
  AND m.service = b.service
  AND m.place = 1
LEFT JOIN visited AS v
  ON v.person_no = b.person_no AND v.practice_no = b.practice_no AND v.place = 1
LEFT JOIN first_of_practice AS f
  ON f.practice_no = b.practice_no;

-- lines
SELECT
  p.person_id,
  m.practice_id,
  '2026-03' AS month,
  u.service,
  u.code,
  u.units,
  COALESCE(x.modifiers, '') AS modifiers,
  u.service_day,
  m.place_of_service,
  s.staff_id,
  c.payer_id,
  COALESCE(d.diagnoses, '') AS diagnoses,
  u.units * u.cents AS amount_cents
FROM coded_units AS u
JOIN persons AS p
  ON p.person_no = u.person_no
JOIN practice_months AS m
  ON m.practice_no = u.practice_no
LEFT JOIN rendering_practitioners AS r
  ON r.person_no = u.person_no
  AND r.practice_no = u.practice_no
  AND r.service = u.service
LEFT JOIN staff AS s
  ON s.staff_no = r.staff_no
LEFT JOIN person_coverage AS c
  ON c.person_no = u.person_no
  AND c.practice_no = u.practice_no
  AND c.service = u.service
LEFT JOIN diagnoses AS d
  ON d.person_no = u.person_no
LEFT JOIN line_modifiers AS x
  ON x.person_no = u.person_no
  AND x.practice_no = u.practice_no
  AND x.code = u.code
  AND x.service_day = u.service_day;

-- contested_pieces
WITH ruled AS (
  SELECT
    entry_no,
    person_no,
    practice_no,
    service,
    start_s,
    set_aside
  FROM shared_pieces
  WHERE
    set_aside IN ('one-clock', 'one-service-per-minute')
  UNION ALL
  SELECT
    entry_no,
    person_no,
    practice_no,
    service,
    start_s,
    set_aside
  FROM single_pieces
  WHERE
    NOT person_overlap AND set_aside = 'one-clock'
), firsts AS (
  SELECT
    person_no,
    practice_no,
    service,
    set_aside,
    MIN(start_s) AS start_s
  FROM ruled
  GROUP BY
    person_no,
    practice_no,
    service,
    set_aside
), first_pieces AS (
  SELECT
    r.entry_no,
    r.person_no,
    r.practice_no,
    r.service,
    r.set_aside AS rule,
    r.start_s
  FROM ruled AS r
  JOIN firsts AS f
    ON f.person_no = r.person_no
    AND f.practice_no = r.practice_no
    AND f.service = r.service
    AND f.set_aside = r.set_aside
    AND f.start_s = r.start_s
), claims AS (
  SELECT
    entry_no,
    person_no,
    practice_no,
    service,
    rule,
    start_s
  FROM first_pieces
  UNION
  SELECT
    c.other_entry_no AS entry_no,
    p.person_no,
    p.practice_no,
    p.service,
    p.rule,
    p.start_s
  FROM first_pieces AS p
  JOIN staff_clashes AS c
    ON c.entry_no = p.entry_no AND c.start_s <= p.start_s AND c.end_s > p.start_s
  WHERE
    p.rule = 'one-clock'
  UNION
  SELECT
    o.entry_no,
    p.person_no,
    p.practice_no,
    p.service,
    p.rule,
    p.start_s
  FROM first_pieces AS p
  JOIN single_pieces AS o
    ON o.person_no = p.person_no
    AND o.practice_no = p.practice_no
    AND o.start_s = p.start_s
)
SELECT DISTINCT
  c.person_no,
  c.practice_no,
  c.service,
  c.rule,
  c.start_s,
  t.person_no AS entry_person_no,
  t.staff_no AS entry_staff_no
FROM claims AS c
JOIN tangled_entries AS t
  ON t.entry_no = c.entry_no;

-- contested_entries
WITH named AS (
  SELECT
    c.person_no,
    c.practice_no,
    c.service,
    c.rule,
    e.time_entry_id
  FROM contested_pieces AS c
  JOIN persons AS p
    ON p.person_no = c.entry_person_no
  JOIN staff AS s
    ON s.staff_no = c.entry_staff_no
  JOIN time_entries AS e
    ON e.person_id = p.person_id
    AND e.staff_id = s.staff_id
    AND e.started_at <= c.start_s
    AND e.ended_at > c.start_s
)
SELECT
  person_no,
  practice_no,
  service,
  rule,
  'entries ' || MIN(time_entry_id) || ' and ' || MAX(time_entry_id) AS entries
FROM named
GROUP BY
  person_no,
  practice_no,
  service,
  rule
HAVING
  MIN(time_entry_id) <> MAX(time_entry_id);

-- set_aside_findings
WITH totals AS (
  SELECT
    person_no,
    practice_no,
    service,
    set_aside AS rule,
    CAST(SUM(seconds) AS BIGINT) AS seconds
  FROM minute_totals
  WHERE
    NOT set_aside IS NULL AND set_aside <> 'consent-documented'
  GROUP BY
    person_no,
    practice_no,
    service,
    set_aside
)
SELECT
  t.person_no,
  t.practice_no,
  t.service,
  t.rule,
  CAST(CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' min ' || CAST(t.seconds - 60 * CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' s' || CASE WHEN c.entries IS NULL THEN '' ELSE ', ' || c.entries END AS observed
FROM totals AS t
LEFT JOIN contested_entries AS c
  ON c.person_no = t.person_no
  AND c.practice_no = t.practice_no
  AND c.service = t.service
  AND c.rule = t.rule;

-- findings
WITH stated AS (
  SELECT
    person_no,
    practice_no,
    service,
    slot,
    rule,
    verdict,
    observed,
    required
  FROM verdicts
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    '' AS slot,
    rule,
    'no' AS verdict,
    observed,
    'time that counts' AS required
  FROM set_aside_findings
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    '' AS slot,
    rule,
    verdict,
    winner || ' is billed this month' AS observed,
    'one of the two services' AS required
  FROM displaced
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    slot || CASE add_on WHEN 1 THEN ' add-on' ELSE '' END AS slot,
    'duplicate-claim' AS rule,
    'no' AS verdict,
    other_code || ' of the same day includes ' || code AS observed,
    'no such service on that day' AS required
  FROM paired_out
)
SELECT
  p.person_id,
  m.practice_id,
  '2026-03' AS month,
  f.service,
  f.slot,
  f.rule,
  f.verdict,
  f.observed,
  f.required,
  CASE
    WHEN f.verdict = 'yes'
    THEN ''
    ELSE REPLACE(
      REPLACE(REPLACE(COALESCE(r.remedy, ''), '{observed}', f.observed), '{required}', f.required),
      '{by}',
      '2026-03-31'
    )
  END AS remedy,
  COALESCE(c.source || ', ' || c.place, '') AS citation,
  COALESCE(r.confidence, '') AS confidence,
  k.iso AS effective_from,
  COALESCE(r.blocks, FALSE) AS blocks
FROM stated AS f
JOIN persons AS p
  ON p.person_no = f.person_no
JOIN practice_months AS m
  ON m.practice_no = f.practice_no
LEFT JOIN service_days AS s
  ON s.person_no = f.person_no
  AND s.practice_no = f.practice_no
  AND s.service = f.service
LEFT JOIN rule_requirements AS r
  ON r.rule = f.rule
  AND r.service = f.service
  AND r.from_day <= s.service_day
  AND r.to_day >= s.service_day
LEFT JOIN rule_citations AS c
  ON c.citation = r.citation
LEFT JOIN calendar AS k
  ON k.day = r.from_day;

-- minutes
SELECT
  p.person_id,
  m.practice_id,
  '2026-03' AS month,
  t.service,
  CASE t.role_no
    WHEN 0
    THEN 'practitioner'
    WHEN 1
    THEN 'clinical_staff'
    ELSE 'other'
  END AS role,
  CASE WHEN t.set_aside IS NULL THEN t.seconds ELSE CAST(0 AS BIGINT) END AS counted_seconds,
  CASE WHEN t.set_aside IS NULL THEN CAST(0 AS BIGINT) ELSE t.seconds END AS set_aside_seconds,
  t.set_aside AS set_aside_reason
FROM minute_totals AS t
JOIN persons AS p
  ON p.person_no = t.person_no
JOIN practice_months AS m
  ON m.practice_no = t.practice_no;

-- prospects
WITH offered AS (
  SELECT
    service,
    MAX(
      CASE
        WHEN rule IN ('two-conditions', 'one-condition')
        THEN number
        ELSE CAST(0 AS BIGINT)
      END
    ) AS conditions,
    MAX(CASE WHEN rule = 'initiating-visit' THEN number END) AS months_back,
    MAX(CASE WHEN rule = 'care-plan-shared' THEN 1 ELSE 0 END) AS plan_needed
  FROM rule_requirements
  WHERE
    from_day <= CAST(20543 AS BIGINT) AND to_day >= CAST(20543 AS BIGINT)
  GROUP BY
    service
  HAVING
    MAX(
      CASE
        WHEN rule IN ('two-conditions', 'one-condition', 'apcm-level')
        THEN 1
        ELSE 0
      END
    ) = 1
), open_people AS (
  SELECT
    p.person_no,
    p.practice_no
  FROM persons AS p
  WHERE
    NOT p.practice_no IS NULL
    AND (
      p.death_day IS NULL OR p.death_day > CAST(20543 AS BIGINT)
    )
    AND NOT EXISTS(
      SELECT
        1
      FROM care_months AS c
      JOIN offered AS o
        ON o.service = c.service
      WHERE
        c.person_no = p.person_no
    )
), could AS (
  SELECT
    p.person_no,
    p.practice_no,
    o.service,
    COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions,
    o.plan_needed,
    o.months_back
  FROM open_people AS p
  JOIN practice_modes AS m
    ON m.practice_no = p.practice_no AND m.mode <> 'not_payable'
  JOIN offered AS o
    ON o.service = m.service
  LEFT JOIN condition_counts AS n
    ON n.person_no = p.person_no
  WHERE
    COALESCE(n.conditions, CAST(0 AS BIGINT)) >= o.conditions
), covered AS (
  SELECT
    person_no,
    MAX(CASE WHEN product IN ('medicare_ffs', 'medicare_advantage') THEN 1 ELSE 0 END) AS medicare
  FROM person_coverage_spans
  WHERE
    start_day <= CAST(20543 AS BIGINT) AND end_day >= CAST(20543 AS BIGINT)
  GROUP BY
    person_no
), seen AS (
  SELECT
    v.person_no,
    v.practice_no,
    q.set_name,
    MAX(k.month_position) AS month_position
  FROM person_visits AS v
  JOIN rule_code_sets AS q
    ON SUBSTRING(q.set_name, 1, 11) = 'initiating_'
    AND q.code = v.code
    AND q.from_day <= v.service_day
    AND q.to_day >= v.service_day
  JOIN calendar AS k
    ON k.day = v.service_day
  GROUP BY
    v.person_no,
    v.practice_no,
    q.set_name
)
SELECT
  p.person_id,
  m.practice_id,
  '2026-03' AS month,
  c.service,
  CASE
    WHEN g.person_no IS NULL
    THEN 'unknown'
    WHEN g.medicare = 0
    THEN 'unknown'
    ELSE 'yes'
  END AS eligible,
  c.conditions,
  'consent-documented' || CASE
    WHEN s.month_position IS NULL
    OR s.month_position < e.month_position - 31 * c.months_back
    THEN ';initiating-visit'
    ELSE ''
  END || CASE
    WHEN c.plan_needed = 1 AND COALESCE(t.given_and_complete, 0) = 0
    THEN ';care-plan-shared'
    ELSE ''
  END || CASE WHEN g.person_no IS NULL OR g.medicare = 0 THEN ';payer-accepts' ELSE '' END AS lacks
FROM could AS c
JOIN persons AS p
  ON p.person_no = c.person_no
JOIN practice_months AS m
  ON m.practice_no = c.practice_no
JOIN calendar AS e
  ON e.day = CAST(20543 AS BIGINT)
LEFT JOIN covered AS g
  ON g.person_no = c.person_no
LEFT JOIN seen AS s
  ON s.person_no = c.person_no
  AND s.practice_no = c.practice_no
  AND s.set_name = 'initiating_' || c.service
LEFT JOIN plan_states AS t
  ON t.person_no = c.person_no
  AND t.practice_no = c.practice_no
  AND t.service = c.service;

-- alternatives
SELECT
  p.person_id,
  m.practice_id,
  o.service,
  o.slot,
  o.family,
  o.performer,
  o.base_code,
  o.add_on_code,
  o.add_on_units,
  o.amount_cents,
  CASE
    WHEN l.family = o.family
    THEN 'billed'
    WHEN h.family = o.family
    THEN 'chosen, but held'
    WHEN o.under_service <> ''
    THEN 'only where ' || o.under_service || ' is billed'
    WHEN h.performer <> o.performer
    AND (
      h.performer = 'practitioner' OR o.performer = 'practitioner'
    )
    AND h.amount_cents >= o.amount_cents
    THEN 'lawful, allowed no more than the one chosen'
    WHEN h.performer = 'practitioner'
    THEN 'the practitioner worked alone and reached the practitioner code'
    ELSE 'the month is what is documented'
  END AS standing
FROM options AS o
JOIN persons AS p
  ON p.person_no = o.person_no
JOIN practice_months AS m
  ON m.practice_no = o.practice_no
LEFT JOIN choices AS h
  ON h.person_no = o.person_no
  AND h.practice_no = o.practice_no
  AND h.service = o.service
  AND h.slot = o.slot
  AND h.under_service = o.under_service
LEFT JOIN line_choices AS l
  ON l.person_no = o.person_no
  AND l.practice_no = o.practice_no
  AND l.service = o.service
  AND l.slot = o.slot;

-- nearest_changes
WITH seen AS (
  SELECT
    s.person_no,
    s.practice_no,
    s.service,
    s.last_day_of_life_or_month,
    f.slot,
    f.family,
    f.performer,
    f.base_code,
    f.add_on_code,
    f.first_seconds,
    f.step_from_seconds,
    f.step_seconds,
    f.add_on_cap,
    CASE
      WHEN f.performer = 'practitioner'
      THEN s.practitioner_seconds
      ELSE s.seconds
    END AS seconds,
    COALESCE(h.family, '') AS chosen_family
  FROM standings AS s
  JOIN codes_in_force AS f
    ON f.service = s.service AND f.basis = 'time' AND f.under_service = ''
  LEFT JOIN choices AS h
    ON h.person_no = s.person_no
    AND h.practice_no = s.practice_no
    AND h.service = s.service
    AND h.slot = f.slot
    AND h.under_service = ''
  WHERE
    s.mode = 'individual'
    AND s.decision_level >= f.decision_level
    AND s.conditions >= f.min_conditions
    AND s.conditions <= f.max_conditions
    AND (
      f.first_month = 'any' OR f.first_month = s.which_month
    )
), steps AS (
  SELECT
    person_no,
    practice_no,
    service,
    last_day_of_life_or_month,
    family,
    performer,
    base_code AS code,
    first_seconds - seconds AS missing_s
  FROM seen
  WHERE
    seconds < first_seconds
  UNION ALL
  SELECT
    person_no,
    practice_no,
    service,
    last_day_of_life_or_month,
    family,
    performer,
    add_on_code AS code,
    step_from_seconds + (
      CAST(FLOOR((
        seconds - step_from_seconds
      ) / step_seconds) AS BIGINT) + 1
    ) * step_seconds - seconds AS missing_s
  FROM seen
  WHERE
    family = chosen_family
    AND add_on_code <> ''
    AND seconds >= first_seconds
    AND CAST(FLOOR((
      seconds - step_from_seconds
    ) / step_seconds) AS BIGINT) < add_on_cap
)
SELECT
  p.person_id,
  m.practice_id,
  t.service,
  t.family,
  t.performer,
  t.code,
  t.missing_s,
  k.cents
FROM steps AS t
JOIN persons AS p
  ON p.person_no = t.person_no
JOIN practice_months AS m
  ON m.practice_no = t.practice_no
LEFT JOIN prices AS k
  ON k.practice_no = t.practice_no
  AND k.code = t.code
  AND k.from_day <= t.last_day_of_life_or_month
  AND k.to_day >= t.last_day_of_life_or_month;
