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
WITH placed AS (
  SELECT
    p.person_no * CAST(16777216 AS BIGINT) + m.practice_no * CAST(64 AS BIGINT) + s.service_no AS care_no,
    c.service,
    c.given_at,
    CASE
      WHEN g.minutes_after_revocation = 'count'
      AND c.revoked_at >= m.start_s
      AND c.revoked_at < m.end_s
      THEN m.end_s
      ELSE COALESCE(c.revoked_at, CAST(CAST(253402300800 AS BIGINT) AS BIGINT))
    END AS ended_at,
    m.start_s,
    m.end_s
  FROM consents AS c
  JOIN persons AS p
    ON p.person_id = c.person_id
  JOIN services AS s
    ON s.service = c.service
  LEFT JOIN practice_months AS n
    ON n.practice_id = c.practice_id
  JOIN practice_months AS m
    ON m.practice_no = COALESCE(n.practice_no, p.practice_no)
  CROSS JOIN settings_in_force AS g
)
SELECT
  care_no,
  service,
  given_at,
  ended_at,
  CASE WHEN given_at < end_s THEN 1 ELSE 0 END AS given,
  CASE WHEN given_at < end_s AND ended_at > start_s THEN 1 ELSE 0 END AS in_month
FROM placed;

-- consent_states
SELECT
  care_no,
  service,
  MIN(given_at) AS given_at,
  MAX(ended_at) AS ended_at,
  CAST(COUNT(1) AS BIGINT) AS consents,
  MAX(given) AS given,
  MAX(in_month) AS in_force
FROM person_consents
GROUP BY
  care_no,
  service;

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
    p.person_no * CAST(16777216 AS BIGINT) + p.practice_no * CAST(64 AS BIGINT) + s.service_no AS care_no,
    k.device,
    CAST(d.reading_date AS BIGINT) AS reading_day
  FROM device_days AS d
  JOIN persons AS p
    ON p.person_id = d.person_id
  JOIN services AS s
    ON s.service = COALESCE(d.service, 'rpm')
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
  care_no,
  device,
  reading_day,
  CAST(ROW_NUMBER() OVER (PARTITION BY care_no, device ORDER BY reading_day NULLS LAST) AS BIGINT) AS day_number,
  CAST(COUNT(1) OVER (PARTITION BY care_no, device) AS BIGINT) AS days
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
  p.person_no * CAST(16777216 AS BIGINT) + COALESCE(m.practice_no, p.practice_no) * CAST(64 AS BIGINT) AS panel_no,
  p.person_no,
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
  p.person_no * CAST(16777216 AS BIGINT) + s.practice_no * CAST(64 AS BIGINT) AS panel_no,
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
    v.panel_no,
    v.service_day,
    v.code,
    MAX(CASE WHEN s.set_name = 'tcm_family' THEN 1 ELSE 0 END) AS transition
  FROM (
    SELECT DISTINCT
      person_no
    FROM periods
  ) AS p
  JOIN person_visits AS v
    ON v.person_no = p.person_no
  JOIN rule_code_sets AS s
    ON s.set_name IN ('face_to_face', 'tcm_family')
    AND s.code = v.code
    AND s.from_day <= v.service_day
    AND s.to_day >= v.service_day
  WHERE
    v.service_day >= CAST(CAST(20513 AS BIGINT) AS BIGINT) - 60
  GROUP BY
    v.person_no,
    v.panel_no,
    v.service_day,
    v.code
), managed AS (
  SELECT
    p.person_no,
    c.panel_no,
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
    v.panel_no,
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
    m.panel_no,
    m.discharge_day,
    MIN(v.service_day) AS visit_day,
    MAX(CASE WHEN v.transition = 1 THEN v.code END) AS tcm_code
  FROM managed AS m
  JOIN visited AS v
    ON v.panel_no = m.panel_no
    AND v.service_day > m.discharge_day
    AND v.service_day <= m.until_day
  GROUP BY
    m.panel_no,
    m.discharge_day
), reached AS (
  SELECT
    m.panel_no,
    m.discharge_day,
    MIN(CASE WHEN c.live_contact = 1 THEN k.business_number END) AS contact_number
  FROM managed AS m
  JOIN transition_contacts AS c
    ON c.panel_no = m.panel_no
    AND c.contact_day >= m.discharge_day
    AND c.contact_day <= m.until_day
  JOIN calendar AS k
    ON k.day = c.contact_day
  GROUP BY
    m.panel_no,
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
    m.panel_no,
    m.discharge_day,
    m.readmitted_day,
    m.until_day,
    s.visit_day,
    s.tcm_code,
    r.contact_number - d.business_number AS business_days_to_contact
  FROM managed AS m
  LEFT JOIN reached AS r
    ON r.panel_no = m.panel_no AND r.discharge_day = m.discharge_day
  LEFT JOIN seen AS s
    ON s.panel_no = m.panel_no AND s.discharge_day = m.discharge_day
  LEFT JOIN calendar AS d
    ON d.day = m.discharge_day
)
SELECT
  t.panel_no,
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
    panel_no,
    MIN(discharge_day) AS day
  FROM transitions
  WHERE
    earned = 1
  GROUP BY
    panel_no
), seconds AS (
  SELECT
    t.panel_no,
    MIN(t.discharge_day) AS day
  FROM transitions AS t
  JOIN firsts AS w
    ON w.panel_no = t.panel_no AND t.discharge_day >= w.day + 30
  WHERE
    t.earned = 1
  GROUP BY
    t.panel_no
), thirds AS (
  SELECT
    t.panel_no,
    MIN(t.discharge_day) AS day
  FROM transitions AS t
  JOIN seconds AS w
    ON w.panel_no = t.panel_no AND t.discharge_day >= w.day + 30
  WHERE
    t.earned = 1
  GROUP BY
    t.panel_no
), fourths AS (
  SELECT
    t.panel_no,
    MIN(t.discharge_day) AS day
  FROM transitions AS t
  JOIN thirds AS w
    ON w.panel_no = t.panel_no AND t.discharge_day >= w.day + 30
  WHERE
    t.earned = 1
  GROUP BY
    t.panel_no
), windows AS (
  SELECT
    panel_no,
    day
  FROM firsts
  UNION ALL
  SELECT
    panel_no,
    day
  FROM seconds
  UNION ALL
  SELECT
    panel_no,
    day
  FROM thirds
  UNION ALL
  SELECT
    panel_no,
    day
  FROM fourths
), placed AS (
  SELECT
    t.panel_no,
    t.discharge_day,
    t.visit_day,
    t.tcm_code,
    t.business_days_to_contact,
    MAX(CASE WHEN w.day < t.discharge_day THEN w.day END) AS window_of
  FROM transitions AS t
  LEFT JOIN windows AS w
    ON w.panel_no = t.panel_no
    AND w.day <= t.discharge_day
    AND w.day > t.discharge_day - 30
  WHERE
    COALESCE(t.visit_day, t.discharge_day + 14) >= CAST(20513 AS BIGINT)
    AND COALESCE(t.visit_day, t.discharge_day) <= CAST(20543 AS BIGINT)
  GROUP BY
    t.panel_no,
    t.discharge_day,
    t.visit_day,
    t.tcm_code,
    t.business_days_to_contact
), numbered AS (
  SELECT
    panel_no,
    discharge_day,
    visit_day,
    tcm_code,
    business_days_to_contact,
    window_of,
    ROW_NUMBER() OVER (PARTITION BY panel_no ORDER BY discharge_day NULLS LAST) AS place
  FROM placed
)
SELECT
  n.panel_no + s.service_no AS care_no,
  n.discharge_day,
  n.visit_day,
  n.tcm_code,
  n.business_days_to_contact,
  n.window_of,
  CASE n.place
    WHEN 1
    THEN 'discharge'
    ELSE 'discharge ' || CAST(n.place AS STRING)
  END AS slot
FROM numbered AS n
JOIN services AS s
  ON s.service = 'tcm';

-- documented_services
SELECT DISTINCT
  v.panel_no + s.service_no AS care_no,
  v.code,
  v.service_day
FROM person_visits AS v
JOIN rule_codes AS r
  ON r.code = v.code AND r.basis = 'documented'
JOIN services AS s
  ON s.service = r.service
WHERE
  v.service_day >= CAST(20513 AS BIGINT);

-- person_plans
SELECT
  p.person_no * CAST(16777216 AS BIGINT) + COALESCE(m.practice_no, p.practice_no) * CAST(64 AS BIGINT) + s.service_no AS care_no,
  c.service,
  CASE WHEN c.given_to_patient_on <= CAST(20543 AS BIGINT) THEN 1 ELSE 0 END AS given,
  CASE WHEN COALESCE(c.missing_elements, '') = '' THEN 1 ELSE 0 END AS complete
FROM care_plans AS c
JOIN persons AS p
  ON p.person_id = c.person_id
JOIN services AS s
  ON s.service = c.service
LEFT JOIN practice_months AS m
  ON m.practice_id = c.practice_id
WHERE
  c.established_on <= CAST(20543 AS BIGINT);

-- plan_states
SELECT
  care_no,
  service,
  MAX(given) AS given,
  MAX(complete) AS complete,
  MAX(given * complete) AS given_and_complete
FROM person_plans
GROUP BY
  care_no,
  service;

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
  p.person_no * CAST(16777216 AS BIGINT) + s.practice_no * CAST(64 AS BIGINT) + n.service_no AS care_no,
  s.staff_no,
  CASE s.role WHEN 'practitioner' THEN 0 WHEN 'clinical_staff' THEN 1 ELSE 2 END AS role_no,
  CASE WHEN e.live_contact THEN 1 ELSE 0 END AS live_contact,
  GREATEST(e.started_at, m.start_s) AS start_s,
  LEAST(e.ended_at, m.end_s) AS end_s,
  CASE
    WHEN k.service IS NULL
    THEN 1
    WHEN s.role = 'other' AND k.leaves_out_non_clinical = 1
    THEN 2
    WHEN s.offshore AND k.leaves_out_offshore = 1
    THEN 3
    WHEN e.in_person AND k.leaves_out_in_person = 1
    THEN 4
  END AS set_aside_no
FROM time_entries AS e
JOIN persons AS p
  ON p.person_id = e.person_id
JOIN staff AS s
  ON s.staff_id = e.staff_id
JOIN practice_months AS m
  ON m.practice_no = s.practice_no
JOIN services AS n
  ON n.service = e.service
LEFT JOIN service_clocks AS k
  ON k.service = e.service
WHERE
  e.started_at < CAST(1775016000 AS BIGINT)
  AND e.ended_at > CAST(1772341200 AS BIGINT)
  AND e.started_at < m.end_s
  AND e.ended_at > m.start_s;

-- ordered_entries
SELECT
  care_no,
  staff_no,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside_no,
  CAST(SUM(CASE WHEN set_aside_no IS NULL THEN end_s - start_s ELSE 0 END) OVER (
    PARTITION BY care_no
    ORDER BY start_s NULLS LAST
    rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
  ) AS BIGINT) AS reached_s,
  COALESCE(
    MAX(end_s) OVER (
      PARTITION BY care_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND 1 preceding
    ) > start_s,
    FALSE
  ) AS runs_beside
FROM entries;

-- consent_gaps
WITH ordered AS (
  SELECT
    p.care_no,
    p.service,
    p.given_at,
    MAX(p.ended_at) OVER (
      PARTITION BY p.care_no
      ORDER BY p.given_at NULLS LAST, p.ended_at NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND 1 preceding
    ) AS earlier_end_s
  FROM consent_states AS s
  JOIN person_consents AS p
    ON p.care_no = s.care_no
  WHERE
    s.consents > 1
)
SELECT
  care_no,
  service,
  'consent-before-minutes' AS rule,
  CAST(0 AS BIGINT) AS start_s,
  given_at AS end_s
FROM consent_states
WHERE
  given_at > CAST(1772341200 AS BIGINT)
UNION ALL
SELECT
  care_no,
  service,
  'consent-active' AS rule,
  earlier_end_s AS start_s,
  given_at AS end_s
FROM ordered
WHERE
  earlier_end_s < given_at
UNION ALL
SELECT
  care_no,
  service,
  'consent-active' AS rule,
  ended_at AS start_s,
  CAST(CAST(253402300800 AS BIGINT) AS BIGINT) AS end_s
FROM consent_states
WHERE
  ended_at < CAST(1775016000 AS BIGINT);

-- entry_totals
SELECT
  care_no,
  role_no,
  set_aside_no,
  CAST(SUM(end_s - start_s) AS BIGINT) AS seconds,
  MAX(live_contact) AS live_contact,
  MIN(staff_no) AS first_staff_no,
  MAX(staff_no) AS last_staff_no,
  MAX(CASE WHEN runs_beside THEN 1 ELSE 0 END) AS runs_beside
FROM ordered_entries
GROUP BY
  care_no,
  role_no,
  set_aside_no;

-- working_services
WITH worked AS (
  SELECT DISTINCT
    care_no
  FROM entry_totals
), people AS (
  SELECT
    care_no,
    CAST(FLOOR(care_no / CAST(16777216 AS BIGINT)) AS BIGINT) AS person_no
  FROM worked
), practices AS (
  SELECT
    care_no,
    person_no,
    CAST(FLOOR((
      care_no - person_no * CAST(16777216 AS BIGINT)
    ) / CAST(64 AS BIGINT)) AS BIGINT) AS practice_no
  FROM people
)
SELECT
  p.care_no,
  p.care_no - n.service_no AS panel_no,
  p.person_no,
  p.practice_no,
  n.service
FROM practices AS p
JOIN services AS n
  ON n.service_no = p.care_no - p.person_no * CAST(16777216 AS BIGINT) - p.practice_no * CAST(64 AS BIGINT);

-- closed_windows
SELECT
  g.care_no,
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
  w.care_no,
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
  ON c.care_no = w.care_no
WHERE
  c.care_no IS NULL
UNION ALL
SELECT
  w.care_no,
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
  w.care_no,
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

-- set_aside_rules
SELECT
  1 AS rule_no,
  'code-in-force' AS rule
UNION ALL
SELECT
  2 AS rule_no,
  'clinical-staff-only' AS rule
UNION ALL
SELECT
  3 AS rule_no,
  'onshore' AS rule
UNION ALL
SELECT
  4 AS rule_no,
  'not-in-person' AS rule
UNION ALL
SELECT
  5 AS rule_no,
  'one-clock' AS rule
UNION ALL
SELECT
  6 AS rule_no,
  'alive' AS rule
UNION ALL
SELECT
  7 AS rule_no,
  'consent-documented' AS rule
UNION ALL
SELECT
  8 AS rule_no,
  'consent-before-minutes' AS rule
UNION ALL
SELECT
  9 AS rule_no,
  'consent-active' AS rule
UNION ALL
SELECT
  10 AS rule_no,
  'countable-setting' AS rule
UNION ALL
SELECT
  11 AS rule_no,
  'one-service-per-minute' AS rule;

-- shut_months
SELECT
  w.care_no,
  MIN(r.rule_no) AS rule_no
FROM closed_windows AS w
JOIN set_aside_rules AS r
  ON r.rule = w.rule
GROUP BY
  w.care_no
HAVING
  MAX(
    CASE
      WHEN w.start_s <= CAST(1772341200 AS BIGINT) AND w.end_s >= CAST(1775016000 AS BIGINT)
      THEN 0
      ELSE 1
    END
  ) = 0;

-- overlapped_months
WITH several AS (
  SELECT
    panel_no
  FROM working_services
  GROUP BY
    panel_no
  HAVING
    MIN(care_no) <> MAX(care_no)
), beside AS (
  SELECT
    w.panel_no,
    e.care_no,
    e.start_s,
    e.end_s
  FROM ordered_entries AS e
  JOIN working_services AS w
    ON w.care_no = e.care_no
  JOIN several AS s
    ON s.panel_no = w.panel_no
), neighbours AS (
  SELECT
    panel_no,
    start_s,
    MAX(end_s) OVER (
      PARTITION BY panel_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND 1 preceding
    ) AS earlier_end_s
  FROM beside
), overlapped_panels AS (
  SELECT DISTINCT
    panel_no
  FROM neighbours
  WHERE
    earlier_end_s > start_s
)
SELECT
  care_no
FROM entry_totals
WHERE
  runs_beside = 1
UNION
SELECT
  w.care_no
FROM working_services AS w
JOIN overlapped_panels AS o
  ON o.panel_no = w.panel_no;

-- overlapped_starts
WITH in_order AS (
  SELECT
    staff_no,
    start_s,
    end_s,
    MIN(start_s) OVER (
      PARTITION BY staff_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN 1 following AND 1 following
    ) AS next_s
  FROM ordered_entries
), running_on AS (
  SELECT
    staff_no,
    start_s,
    end_s
  FROM in_order
  WHERE
    next_s < end_s
)
SELECT DISTINCT
  e.staff_no,
  e.start_s
FROM running_on AS r
JOIN ordered_entries AS e
  ON e.staff_no = r.staff_no AND e.start_s >= r.start_s AND e.start_s < r.end_s;

-- tangled_months
SELECT
  care_no
FROM overlapped_months
UNION
SELECT
  e.care_no
FROM ordered_entries AS e
JOIN overlapped_starts AS o
  ON o.staff_no = e.staff_no AND o.start_s = e.start_s
UNION
SELECT
  w.care_no
FROM closed_windows AS w
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM shut_months AS s
    WHERE
      s.care_no = w.care_no
  );

-- plain_entries
SELECT
  e.care_no,
  e.staff_no,
  e.role_no,
  e.start_s,
  e.end_s,
  e.reached_s
FROM ordered_entries AS e
WHERE
  e.set_aside_no IS NULL
  AND NOT EXISTS(
    SELECT
      1
    FROM tangled_months AS t
    WHERE
      t.care_no = e.care_no
  )
  AND NOT EXISTS(
    SELECT
      1
    FROM shut_months AS s
    WHERE
      s.care_no = e.care_no
  );

-- tangled_entries
SELECT
  CAST(ROW_NUMBER() OVER (
    ORDER BY e.care_no NULLS LAST, e.start_s NULLS LAST, e.end_s NULLS LAST, e.staff_no NULLS LAST, e.live_contact NULLS LAST
  ) AS BIGINT) AS entry_no,
  e.care_no,
  w.panel_no,
  w.person_no,
  w.service,
  e.staff_no,
  e.role_no,
  e.live_contact,
  e.start_s,
  e.end_s,
  COALESCE(k.precedence, CAST(99 AS BIGINT)) AS precedence,
  e.set_aside_no,
  NOT o.staff_no IS NULL AS staff_overlap,
  NOT p.care_no IS NULL AS person_overlap
FROM ordered_entries AS e
JOIN tangled_months AS t
  ON t.care_no = e.care_no
JOIN working_services AS w
  ON w.care_no = e.care_no
LEFT JOIN service_clocks AS k
  ON k.service = w.service
LEFT JOIN overlapped_months AS p
  ON p.care_no = e.care_no
LEFT JOIN overlapped_starts AS o
  ON o.staff_no = e.staff_no AND o.start_s = e.start_s;

-- staff_clashes
SELECT
  mine.entry_no,
  mine.panel_no,
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
  panel_no,
  start_s AS at_s
FROM tangled_entries
WHERE
  person_overlap
UNION
SELECT
  panel_no,
  end_s AS at_s
FROM tangled_entries
WHERE
  person_overlap
UNION
SELECT
  panel_no,
  start_s AS at_s
FROM staff_clashes
UNION
SELECT
  panel_no,
  end_s AS at_s
FROM staff_clashes
UNION
SELECT
  w.panel_no,
  c.start_s AS at_s
FROM closed_windows AS c
JOIN working_services AS w
  ON w.care_no = c.care_no
UNION
SELECT
  w.panel_no,
  c.end_s AS at_s
FROM closed_windows AS c
JOIN working_services AS w
  ON w.care_no = c.care_no;

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
    ON p.panel_no = e.panel_no AND p.at_s > e.start_s AND p.at_s < e.end_s
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
  e.care_no,
  e.panel_no,
  e.service,
  e.staff_no,
  e.role_no,
  e.live_contact,
  e.precedence,
  e.set_aside_no,
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
  MIN(r.rule_no) AS rule_no
FROM pieces AS p
JOIN closed_windows AS w
  ON w.care_no = p.care_no AND w.start_s <= p.start_s AND w.end_s >= p.end_s
JOIN set_aside_rules AS r
  ON r.rule = w.rule
GROUP BY
  p.entry_no,
  p.start_s;

-- single_pieces
SELECT
  p.entry_no,
  p.care_no,
  p.panel_no,
  p.service,
  p.staff_no,
  p.role_no,
  p.live_contact,
  p.precedence,
  p.person_overlap,
  p.start_s,
  p.end_s,
  CASE
    WHEN NOT p.set_aside_no IS NULL
    THEN p.set_aside_no
    WHEN NOT c.entry_no IS NULL
    THEN 5
    ELSE w.rule_no
  END AS set_aside_no
FROM pieces AS p
LEFT JOIN window_rules AS w
  ON w.entry_no = p.entry_no AND w.start_s = p.start_s
LEFT JOIN clashing_pieces AS c
  ON c.entry_no = p.entry_no AND c.start_s = p.start_s;

-- shared_pieces
WITH claimed AS (
  SELECT
    entry_no,
    care_no,
    panel_no,
    staff_no,
    role_no,
    live_contact,
    start_s,
    end_s,
    precedence,
    set_aside_no,
    MIN(service) OVER (PARTITION BY panel_no, staff_no, start_s) <> MAX(service) OVER (PARTITION BY panel_no, staff_no, start_s) AS two_services_one_clock,
    MIN(
      CASE
        WHEN set_aside_no IS NULL OR set_aside_no IN (7, 8, 9)
        THEN precedence
        ELSE 99
      END
    ) OVER (PARTITION BY panel_no, start_s) AS first_precedence
  FROM single_pieces
  WHERE
    person_overlap
), ruled AS (
  SELECT
    entry_no,
    care_no,
    staff_no,
    role_no,
    live_contact,
    start_s,
    end_s,
    CASE
      WHEN NOT set_aside_no IS NULL
      THEN set_aside_no
      WHEN two_services_one_clock OR precedence > first_precedence
      THEN 11
    END AS set_aside_no
  FROM claimed
)
SELECT
  entry_no,
  care_no,
  staff_no,
  role_no,
  start_s,
  end_s,
  MAX(CASE WHEN set_aside_no IS NULL THEN live_contact ELSE 0 END) OVER (PARTITION BY care_no, start_s) AS live_contact,
  CASE
    WHEN NOT set_aside_no IS NULL
    THEN set_aside_no
    WHEN ROW_NUMBER() OVER (
      PARTITION BY care_no, start_s, CASE WHEN set_aside_no IS NULL THEN 1 ELSE 0 END
      ORDER BY role_no NULLS LAST, staff_no NULLS LAST, entry_no NULLS LAST
    ) > 1
    THEN 5
  END AS set_aside_no
FROM ruled;

-- ruled_pieces
SELECT
  care_no,
  staff_no,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside_no
FROM single_pieces
WHERE
  NOT person_overlap
UNION ALL
SELECT
  care_no,
  staff_no,
  role_no,
  live_contact,
  start_s,
  end_s,
  set_aside_no
FROM shared_pieces;

-- counted_pieces
SELECT
  care_no,
  staff_no,
  role_no,
  start_s,
  end_s
FROM plain_entries
UNION ALL
SELECT
  care_no,
  staff_no,
  role_no,
  start_s,
  end_s
FROM ruled_pieces
WHERE
  set_aside_no IS NULL;

-- minute_totals
SELECT
  t.care_no,
  t.role_no,
  COALESCE(t.set_aside_no, s.rule_no) AS set_aside_no,
  t.seconds,
  t.live_contact,
  t.first_staff_no,
  t.last_staff_no
FROM entry_totals AS t
LEFT JOIN shut_months AS s
  ON s.care_no = t.care_no
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM tangled_months AS m
    WHERE
      m.care_no = t.care_no
  )
UNION ALL
SELECT
  care_no,
  role_no,
  set_aside_no,
  CAST(SUM(end_s - start_s) AS BIGINT) AS seconds,
  MAX(live_contact) AS live_contact,
  MIN(staff_no) AS first_staff_no,
  MAX(staff_no) AS last_staff_no
FROM ruled_pieces
GROUP BY
  care_no,
  role_no,
  set_aside_no;

-- work
WITH totals AS (
  SELECT
    care_no,
    CAST(SUM(CASE WHEN set_aside_no IS NULL THEN seconds ELSE 0 END) AS BIGINT) AS seconds,
    CAST(SUM(CASE WHEN set_aside_no IS NULL AND role_no = 0 THEN seconds ELSE 0 END) AS BIGINT) AS practitioner_seconds,
    MAX(CASE WHEN set_aside_no IS NULL THEN live_contact ELSE 0 END) AS live_contact,
    MIN(CASE WHEN set_aside_no IS NULL AND role_no = 0 THEN first_staff_no END) AS first_practitioner_no,
    MAX(CASE WHEN set_aside_no IS NULL AND role_no = 0 THEN last_staff_no END) AS last_practitioner_no
  FROM minute_totals
  GROUP BY
    care_no
), shares AS (
  SELECT
    p.care_no,
    p.staff_no,
    CAST(SUM(p.end_s - p.start_s) AS BIGINT) AS seconds
  FROM totals AS t
  JOIN counted_pieces AS p
    ON p.care_no = t.care_no AND p.role_no = 0
  WHERE
    t.first_practitioner_no <> t.last_practitioner_no
  GROUP BY
    p.care_no,
    p.staff_no
), ranked AS (
  SELECT
    care_no,
    staff_no,
    ROW_NUMBER() OVER (PARTITION BY care_no ORDER BY seconds DESC, staff_no NULLS LAST) AS place
  FROM shares
)
SELECT
  t.care_no,
  t.seconds,
  t.practitioner_seconds,
  t.live_contact,
  COALESCE(r.staff_no, t.first_practitioner_no) AS practitioner_no
FROM totals AS t
LEFT JOIN ranked AS r
  ON r.care_no = t.care_no AND r.place = 1;

-- care_months
WITH found AS (
  SELECT
    care_no
  FROM work
  UNION
  SELECT
    care_no
  FROM consent_states
  WHERE
    in_force = 1
  UNION
  SELECT
    care_no
  FROM device_readings
  UNION
  SELECT
    care_no
  FROM documented_services
  UNION
  SELECT
    care_no
  FROM discharges
  UNION
  SELECT
    p.care_no
  FROM plan_states AS p
  JOIN codes_in_force AS f
    ON f.service = p.service AND f.basis = 'month' AND f.under_service = ''
), people AS (
  SELECT
    care_no,
    CAST(FLOOR(care_no / CAST(16777216 AS BIGINT)) AS BIGINT) AS person_no
  FROM found
), practices AS (
  SELECT
    care_no,
    person_no,
    CAST(FLOOR((
      care_no - person_no * CAST(16777216 AS BIGINT)
    ) / CAST(64 AS BIGINT)) AS BIGINT) AS practice_no
  FROM people
)
SELECT
  f.care_no,
  f.care_no - n.service_no AS panel_no,
  f.person_no,
  f.practice_no,
  n.service,
  m.kind,
  p.death_day,
  LEAST(
    CAST(CAST(20543 AS BIGINT) AS BIGINT),
    COALESCE(p.death_day, CAST(CAST(20543 AS BIGINT) AS BIGINT))
  ) AS last_day_of_life_or_month
FROM practices AS f
JOIN services AS n
  ON n.service_no = f.care_no - f.person_no * CAST(16777216 AS BIGINT) - f.practice_no * CAST(64 AS BIGINT)
JOIN persons AS p
  ON p.person_no = f.person_no
JOIN practice_months AS m
  ON m.practice_no = f.practice_no;

-- prefix_lengths
SELECT DISTINCT
  CAST(LENGTH(prefix) AS INT) AS characters
FROM rule_chronic_prefixes;

-- condition_codes
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
  JOIN prefix_lengths AS n
    ON n.characters <= LENGTH(i.bare)
  JOIN rule_chronic_prefixes AS p
    ON p.prefix = SUBSTRING(i.bare, 1, n.characters)
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
), listed AS (
  SELECT
    o.code_system,
    o.code,
    COALESCE(m.category, 'code ' || o.code) AS category,
    COALESCE(m.counts_as, 'code ' || o.code) AS counts_as,
    COALESCE(m.counts, 0) AS counts,
    COALESCE(n.diseases, CAST(1 AS BIGINT)) AS diseases,
    COALESCE(m.icd10cm, CASE WHEN o.code_system = 'icd10cm' THEN o.code END) AS diagnosis
  FROM occurring AS o
  LEFT JOIN matched AS m
    ON m.code_system = o.code_system AND m.code = o.code
  LEFT JOIN named AS n
    ON n.code_system = o.code_system AND n.code = o.code
), category_numbers AS (
  SELECT
    category,
    ROW_NUMBER() OVER (ORDER BY category NULLS LAST) AS category_no
  FROM (
    SELECT DISTINCT
      category
    FROM listed
  ) AS c
), disease_numbers AS (
  SELECT
    counts_as,
    ROW_NUMBER() OVER (ORDER BY counts_as NULLS LAST) AS disease_no
  FROM (
    SELECT DISTINCT
      counts_as
    FROM listed
  ) AS d
), shown_numbers AS (
  SELECT
    shown,
    ROW_NUMBER() OVER (ORDER BY shown NULLS LAST) AS shown_no
  FROM (
    SELECT DISTINCT
      COALESCE(diagnosis, counts_as) AS shown
    FROM listed
  ) AS s
)
SELECT
  CAST(ROW_NUMBER() OVER (
    ORDER BY l.diseases NULLS LAST, l.diagnosis NULLS LAST, l.code_system NULLS LAST, l.code NULLS LAST, l.category NULLS LAST
  ) AS BIGINT) AS condition_no,
  l.code_system,
  l.code,
  l.category,
  CAST(c.category_no AS BIGINT) AS category_no,
  CAST(d.disease_no AS BIGINT) AS disease_no,
  CAST(s.shown_no AS BIGINT) AS shown_no,
  l.counts,
  l.diagnosis
FROM listed AS l
JOIN category_numbers AS c
  ON c.category = l.category
JOIN disease_numbers AS d
  ON d.counts_as = l.counts_as
JOIN shown_numbers AS s
  ON s.shown = COALESCE(l.diagnosis, l.counts_as);

-- condition_categories
SELECT
  p.person_no,
  k.category_no,
  MIN(k.condition_no) AS condition_no
FROM conditions AS c
JOIN persons AS p
  ON p.person_id = c.person_id
JOIN condition_codes AS k
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
  k.category_no;

-- condition_counts
WITH diseases AS (
  SELECT
    c.person_no,
    k.disease_no,
    MIN(c.condition_no) AS condition_no
  FROM condition_categories AS c
  JOIN condition_codes AS k
    ON k.condition_no = c.condition_no
  GROUP BY
    c.person_no,
    k.disease_no
), shown AS (
  SELECT DISTINCT
    d.person_no,
    k.shown_no
  FROM diseases AS d
  JOIN condition_codes AS k
    ON k.condition_no = d.condition_no
)
SELECT
  person_no,
  CAST(COUNT(1) AS BIGINT) AS conditions
FROM shown
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
  p.person_no * CAST(16777216 AS BIGINT) + COALESCE(m.practice_no, CAST(0 AS BIGINT)) * CAST(64 AS BIGINT) AS panel_no,
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
  o.panel_no + s.service_no AS care_no
FROM person_claims AS o
JOIN rule_codes AS r
  ON r.code = o.code AND r.first_month <> 'any'
JOIN services AS s
  ON s.service = r.service
WHERE
  o.service_day < CAST(20513 AS BIGINT) AND o.practice_no <> 0
UNION
SELECT
  o.panel_no + s.service_no AS care_no
FROM person_claims AS o
JOIN rule_kinds AS k
  ON k.code = o.code AND k.later_seconds <> k.seconds
JOIN services AS s
  ON s.service = k.service
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
  AND k.to_day >= CAST(20543 AS BIGINT)
LEFT JOIN rule_settings AS s
  ON s.name = k.setting
  AND s.from_day <= CAST(20543 AS BIGINT)
  AND s.to_day >= CAST(20543 AS BIGINT)
WHERE
  k.setting = '' OR s.value = k.choice;

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

-- standings
SELECT
  c.care_no,
  c.panel_no,
  c.person_no,
  c.practice_no,
  c.service,
  c.kind,
  c.death_day,
  c.last_day_of_life_or_month,
  m.mode,
  m.code AS bundled_code,
  CASE WHEN e.care_no IS NULL THEN m.seconds ELSE m.later_seconds END AS bundled_seconds,
  COALESCE(w.seconds, CAST(0 AS BIGINT)) AS seconds,
  COALESCE(w.practitioner_seconds, CAST(0 AS BIGINT)) AS practitioner_seconds,
  COALESCE(w.live_contact, 0) AS live_contact,
  s.given AS consent_given,
  s.in_force AS consent_in_force,
  t.given AS plan_given,
  t.given_and_complete AS plan_given_and_complete,
  d.level AS documented_level,
  COALESCE(d.level, 0) AS decision_level,
  COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions,
  q.qmb,
  CASE WHEN e.care_no IS NULL THEN 'first' ELSE 'later' END AS which_month
FROM care_months AS c
LEFT JOIN practice_modes AS m
  ON m.practice_no = c.practice_no AND m.service = c.service
LEFT JOIN work AS w
  ON w.care_no = c.care_no
LEFT JOIN consent_states AS s
  ON s.care_no = c.care_no
LEFT JOIN plan_states AS t
  ON t.care_no = c.care_no
LEFT JOIN decision_levels AS d
  ON d.person_no = c.person_no
LEFT JOIN condition_counts AS n
  ON n.person_no = c.person_no
LEFT JOIN qualified_beneficiaries AS q
  ON q.person_no = c.person_no
LEFT JOIN earlier_months AS e
  ON e.care_no = c.care_no;

-- running_seconds
SELECT
  care_no,
  start_s,
  end_s,
  reached_s
FROM plain_entries
UNION ALL
SELECT
  care_no,
  start_s,
  end_s,
  CAST(SUM(end_s - start_s) OVER (
    PARTITION BY care_no
    ORDER BY start_s NULLS LAST
    rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
  ) AS BIGINT) AS reached_s
FROM ruled_pieces
WHERE
  set_aside_no IS NULL;

-- reached_families
SELECT
  s.care_no,
  s.practice_no,
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
  );

-- thresholds
SELECT
  care_no,
  practice_no,
  family,
  base_code,
  CASE WHEN performer = 'practitioner' THEN 1 ELSE 0 END AS alone,
  CASE
    WHEN add_on_units = 0
    THEN first_seconds
    ELSE step_from_seconds + add_on_units * step_seconds
  END AS needed_s
FROM reached_families
UNION ALL
SELECT
  care_no,
  practice_no,
  'bundled' AS family,
  bundled_code AS base_code,
  0 AS alone,
  bundled_seconds AS needed_s
FROM standings
WHERE
  mode = 'bundled';

-- threshold_days
WITH alone AS (
  SELECT
    p.care_no,
    p.start_s,
    p.end_s
  FROM (
    SELECT DISTINCT
      care_no
    FROM thresholds
    WHERE
      alone = 1
  ) AS t
  JOIN counted_pieces AS p
    ON p.care_no = t.care_no AND p.role_no = 0
), practitioner_seconds AS (
  SELECT
    care_no,
    start_s,
    end_s,
    CAST(SUM(end_s - start_s) OVER (
      PARTITION BY care_no
      ORDER BY start_s NULLS LAST
      rows BETWEEN UNBOUNDED preceding AND CURRENT ROW
    ) AS BIGINT) AS reached_s
  FROM alone
), instants AS (
  SELECT
    t.care_no,
    t.practice_no,
    t.family,
    t.base_code,
    r.end_s - 1 - (
      r.reached_s - t.needed_s
    ) AS at_s
  FROM thresholds AS t
  JOIN running_seconds AS r
    ON r.care_no = t.care_no
    AND r.reached_s >= t.needed_s
    AND r.reached_s - (
      r.end_s - r.start_s
    ) < t.needed_s
  WHERE
    t.alone = 0
  UNION ALL
  SELECT
    t.care_no,
    t.practice_no,
    t.family,
    t.base_code,
    r.end_s - 1 - (
      r.reached_s - t.needed_s
    ) AS at_s
  FROM thresholds AS t
  JOIN practitioner_seconds AS r
    ON r.care_no = t.care_no
    AND r.reached_s >= t.needed_s
    AND r.reached_s - (
      r.end_s - r.start_s
    ) < t.needed_s
  WHERE
    t.alone = 1
)
SELECT
  i.care_no,
  i.family,
  i.base_code,
  CAST(FLOOR(
    (
      i.at_s + CASE WHEN i.at_s < m.switch_s THEN m.offset_before ELSE m.offset_after END
    ) / 86400
  ) AS BIGINT) AS reached_day
FROM instants AS i
JOIN practice_months AS m
  ON m.practice_no = i.practice_no;

-- bundled_options
SELECT
  s.care_no,
  s.practice_no,
  'time' AS slot,
  'bundled' AS family,
  1 AS family_rank,
  'staff' AS performer,
  '' AS under_service,
  s.bundled_code AS base_code,
  '' AS add_on_code,
  CAST(0 AS BIGINT) AS add_on_units,
  d.reached_day AS service_day
FROM standings AS s
JOIN threshold_days AS d
  ON d.care_no = s.care_no AND d.family = 'bundled'
WHERE
  s.mode = 'bundled';

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
    CAST(g.from_day AS BIGINT) AS from_day,
    CAST(g.to_day AS BIGINT) AS to_day
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
    ON c.qualifying = (
      i.qualifying_apm AND i.national = 0
    )
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
  CAST(n.from_day AS BIGINT) AS from_day,
  CAST(n.to_day AS BIGINT) AS to_day,
  CAST(n.cents AS BIGINT) AS cents
FROM practice_months AS m
JOIN rule_national_amounts AS n
  ON n.practice_kind = m.kind
  AND n.from_day <= CAST(20543 AS BIGINT)
  AND n.to_day >= CAST(20513 AS BIGINT);

-- time_options
WITH dated AS (
  SELECT
    r.care_no,
    r.practice_no,
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
  FROM reached_families AS r
  JOIN threshold_days AS d
    ON d.care_no = r.care_no AND d.family = r.family AND d.base_code = r.base_code
  CROSS JOIN settings_in_force AS g
)
SELECT
  care_no,
  practice_no,
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
  s.care_no,
  s.practice_no,
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
  ON d.care_no = s.care_no AND d.device = f.device AND d.day_number = f.min_days
WHERE
  s.mode = 'individual'
  AND d.days >= f.min_days
  AND d.days <= f.max_days
  AND d.reading_day >= f.from_day
  AND d.reading_day <= f.to_day
UNION ALL
SELECT
  s.care_no,
  s.practice_no,
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
  s.care_no,
  s.practice_no,
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
  ON v.care_no = s.care_no AND v.code = f.base_code
WHERE
  s.mode = 'individual'
  AND v.service_day >= f.from_day
  AND v.service_day <= f.to_day
GROUP BY
  s.care_no,
  s.practice_no,
  f.slot,
  f.family,
  f.family_rank,
  f.performer,
  f.under_service,
  f.base_code,
  f.add_on_code
UNION ALL
SELECT
  s.care_no,
  s.practice_no,
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
  ON d.care_no = s.care_no
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
    care_no,
    practice_no,
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
    care_no,
    practice_no,
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
    care_no,
    practice_no,
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
  e.care_no,
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

-- rivals
SELECT
  care_no,
  slot,
  under_service
FROM options
GROUP BY
  care_no,
  slot,
  under_service
HAVING
  MIN(family) <> MAX(family);

-- choices
WITH placed AS (
  SELECT
    o.care_no,
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
      PARTITION BY o.care_no, o.slot, o.under_service, CASE WHEN o.performer = 'practitioner' THEN 1 ELSE 0 END
      ORDER BY o.family_rank NULLS LAST, o.family NULLS LAST
    ) AS place
  FROM options AS o
  JOIN rivals AS r
    ON r.care_no = o.care_no AND r.slot = o.slot AND r.under_service = o.under_service
), ranked AS (
  SELECT
    p.care_no,
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
      PARTITION BY p.care_no, p.slot, p.under_service
      ORDER BY CASE
        WHEN p.by_practitioner = 1 AND w.seconds = w.practitioner_seconds
        THEN 0
        ELSE 1
      END NULLS LAST, COALESCE(p.amount_cents, CAST(-1 AS BIGINT)) DESC, p.by_practitioner NULLS LAST
    ) AS place
  FROM placed AS p
  LEFT JOIN work AS w
    ON w.care_no = p.care_no
  WHERE
    p.place = 1
)
SELECT
  care_no,
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
  place = 1
UNION ALL
SELECT
  o.care_no,
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
  o.amount_cents
FROM options AS o
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM rivals AS r
    WHERE
      r.care_no = o.care_no AND r.slot = o.slot AND r.under_service = o.under_service
  );

-- evidence
WITH last_days AS (
  SELECT
    care_no,
    MAX(service_day) AS service_day
  FROM choices
  GROUP BY
    care_no
)
SELECT
  s.care_no,
  s.panel_no,
  s.person_no,
  s.practice_no,
  s.service,
  s.kind,
  s.death_day,
  s.mode,
  s.bundled_seconds,
  s.seconds,
  s.practitioner_seconds,
  s.live_contact,
  s.consent_given,
  s.consent_in_force,
  s.plan_given,
  s.plan_given_and_complete,
  s.documented_level,
  s.conditions,
  s.qmb,
  COALESCE(
    h.service_day,
    GREATEST(s.last_day_of_life_or_month, CAST(CAST(20513 AS BIGINT) AS BIGINT))
  ) AS service_day
FROM standings AS s
LEFT JOIN last_days AS h
  ON h.care_no = s.care_no;

-- add_on_needs_base
WITH bases AS (
  SELECT DISTINCT
    set_name
  FROM rule_code_sets
), add_ons AS (
  SELECT
    h.care_no,
    h.slot,
    h.base_code,
    h.service_day,
    b.set_name
  FROM choices AS h
  JOIN bases AS b
    ON b.set_name = h.family || '_base'
)
SELECT
  h.care_no,
  h.slot,
  'add-on-needs-base' AS rule,
  'no' AS verdict,
  h.base_code || ' without its base service that day' AS observed,
  'a base visit on the same day' AS required
FROM add_ons AS h
JOIN care_months AS m
  ON m.care_no = h.care_no
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM person_visits AS v
    JOIN rule_code_sets AS s
      ON s.code = v.code
    WHERE
      s.set_name = h.set_name
      AND v.panel_no = m.panel_no
      AND v.service_day = h.service_day
  );

-- asked
SELECT
  e.care_no,
  e.panel_no,
  e.person_no,
  e.practice_no,
  e.service,
  e.service_day,
  e.death_day,
  e.mode,
  e.seconds,
  e.live_contact,
  e.consent_given,
  e.consent_in_force,
  e.plan_given,
  e.plan_given_and_complete,
  e.documented_level,
  e.conditions,
  e.qmb,
  r.rule,
  r.number,
  r.text,
  r.waived_months
FROM evidence AS e
JOIN rule_requirements AS r
  ON r.service = e.service
  AND r.from_day <= e.service_day
  AND r.to_day >= e.service_day;

-- alive
WITH judged AS (
  SELECT
    care_no,
    '' AS slot,
    death_day,
    CAST(NULL AS BIGINT) AS service_day,
    CASE WHEN death_day < CAST(20513 AS BIGINT) THEN 'no' ELSE 'yes' END AS verdict
  FROM asked
  WHERE
    rule = 'alive'
  UNION ALL
  SELECT
    a.care_no,
    h.slot,
    a.death_day,
    h.service_day,
    'no' AS verdict
  FROM asked AS a
  JOIN choices AS h
    ON h.care_no = a.care_no AND h.service_day > a.death_day
  WHERE
    a.rule = 'alive' AND a.death_day >= CAST(20513 AS BIGINT)
)
SELECT
  j.care_no,
  j.slot,
  'alive' AS rule,
  j.verdict,
  CASE
    WHEN j.death_day IS NULL
    THEN 'no death recorded'
    ELSE 'died ' || COALESCE(c.iso, 'before the month')
  END || CASE
    WHEN j.service_day IS NULL
    THEN ''
    ELSE ', the service is dated ' || COALESCE(s.iso, 'later')
  END AS observed,
  'alive in the month' || CASE WHEN j.service_day IS NULL THEN '' ELSE ' and on the date of the service' END AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.death_day
LEFT JOIN calendar AS s
  ON s.day = j.service_day
WHERE
  j.verdict <> 'yes' OR FALSE;

-- apcm_level
SELECT
  care_no,
  '' AS slot,
  'apcm-level' AS rule,
  'unknown' AS verdict,
  'QMB status not on file' AS observed,
  'QMB status known, where there are two or more conditions' AS required
FROM asked
WHERE
  rule = 'apcm-level' AND conditions >= 2 AND qmb IS NULL AND NOT mode IS NULL;

-- care_plan_shared
WITH judged AS (
  SELECT
    care_no,
    plan_given,
    CASE WHEN plan_given_and_complete = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked
  WHERE
    rule = 'care-plan-shared'
)
SELECT
  care_no,
  '' AS slot,
  'care-plan-shared' AS rule,
  verdict,
  CASE
    WHEN verdict = 'yes'
    THEN 'plan complete and given'
    WHEN plan_given IS NULL
    THEN 'no care plan'
    WHEN plan_given = 0
    THEN 'care plan not given to the patient'
    ELSE 'care plan has missing elements'
  END AS observed,
  'a complete care plan, a copy given to the patient' AS required
FROM judged
WHERE
  verdict <> 'yes' OR FALSE;

-- code_in_force
WITH coded AS (
  SELECT DISTINCT
    service
  FROM codes_in_force
), judged AS (
  SELECT
    s.care_no,
    s.service,
    s.kind,
    CASE
      WHEN m.mode = 'not_payable' OR m.mode IS NULL OR f.service IS NULL
      THEN 'no'
      ELSE 'yes'
    END AS verdict
  FROM evidence AS s
  LEFT JOIN practice_modes AS m
    ON m.practice_no = s.practice_no AND m.service = s.service
  LEFT JOIN coded AS f
    ON f.service = s.service
)
SELECT
  care_no,
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
    a.care_no,
    a.documented_level,
    CASE
      WHEN a.documented_level >= k.level
      THEN 'yes'
      WHEN a.documented_level IS NULL
      THEN 'unknown'
      ELSE 'no'
    END AS verdict
  FROM asked AS a
  JOIN complex_codes AS k
    ON k.service = a.service
  WHERE
    a.rule = 'complex-decision-making'
    AND a.seconds >= k.first_seconds
    AND a.mode = 'individual'
)
SELECT
  care_no,
  '' AS slot,
  'complex-decision-making' AS rule,
  verdict,
  CASE COALESCE(documented_level, 0)
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
    care_no,
    CASE WHEN consent_in_force = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked
  WHERE
    rule = 'consent-active' AND consent_given = 1
)
SELECT
  care_no,
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
    care_no,
    CASE WHEN consent_given = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked
  WHERE
    rule = 'consent-documented'
)
SELECT
  care_no,
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
    s.care_no,
    r.rule,
    r.verdict,
    MIN(r.winner) AS winner
  FROM evidence AS s
  JOIN rule_service_conflicts AS r
    ON r.loser = s.service
    AND r.`when` = 'consented'
    AND r.from_day <= s.service_day
    AND r.to_day >= s.service_day
  JOIN services AS n
    ON n.service = r.winner
  JOIN consent_states AS w
    ON w.care_no = s.panel_no + n.service_no AND w.in_force = 1
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
    s.care_no,
    r.rule,
    r.verdict
)
SELECT
  care_no,
  '' AS slot,
  rule,
  verdict,
  'consented to ' || winner AS observed,
  'no service in its place this month' AS required
FROM judged;

-- documented_minimum
WITH documented AS (
  SELECT
    h.care_no,
    m.person_no,
    m.practice_no,
    m.service,
    h.slot,
    h.service_day,
    f.min_days,
    f.first_seconds
  FROM choices AS h
  JOIN care_months AS m
    ON m.care_no = h.care_no
  JOIN codes_in_force AS f
    ON f.service = m.service AND f.family = h.family AND f.base_code = h.base_code
  WHERE
    f.basis = 'documented'
    AND f.from_day <= h.service_day
    AND f.to_day >= h.service_day
    AND (
      f.min_days > 0 OR f.first_seconds > 0
    )
), read_on AS (
  SELECT DISTINCT
    d.care_no,
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
    care_no,
    slot,
    device,
    CAST(COUNT(1) AS BIGINT) AS days
  FROM read_on
  GROUP BY
    care_no,
    slot,
    device
), readings AS (
  SELECT
    care_no,
    slot,
    MAX(days) AS days
  FROM by_device
  GROUP BY
    care_no,
    slot
), billed_time AS (
  SELECT
    h.care_no,
    CAST(SUM(
      CASE
        WHEN h.add_on_units = 0
        THEN f.first_seconds
        ELSE f.step_from_seconds + h.add_on_units * f.step_seconds
      END
    ) AS BIGINT) AS seconds
  FROM (
    SELECT DISTINCT
      care_no,
      service
    FROM documented
  ) AS d
  JOIN choices AS h
    ON h.care_no = d.care_no
  JOIN codes_in_force AS f
    ON f.service = d.service AND f.family = h.family AND f.base_code = h.base_code
  WHERE
    f.basis = 'time'
    AND h.under_service = ''
    AND f.from_day <= h.service_day
    AND f.to_day >= h.service_day
  GROUP BY
    h.care_no
), left_over AS (
  SELECT
    d.care_no,
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
    ON w.care_no = d.care_no
  LEFT JOIN billed_time AS b
    ON b.care_no = d.care_no
), judged AS (
  SELECT
    d.care_no,
    d.slot,
    'remote-monitoring-days' AS rule,
    CASE WHEN COALESCE(r.days, CAST(0 AS BIGINT)) >= d.min_days THEN 'yes' ELSE 'no' END AS verdict,
    CAST(COALESCE(r.days, CAST(0 AS BIGINT)) AS STRING) || ' days' AS observed,
    CAST(d.min_days AS STRING) || ' days with a reading, up to thirty days from the set-up' AS required
  FROM documented AS d
  LEFT JOIN readings AS r
    ON r.care_no = d.care_no AND r.slot = d.slot
  WHERE
    d.min_days > 0
  UNION ALL
  SELECT
    d.care_no,
    d.slot,
    'threshold-reached' AS rule,
    CASE WHEN t.seconds >= d.first_seconds THEN 'yes' ELSE 'no' END AS verdict,
    CAST(CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' min ' || CAST(t.seconds - 60 * CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' s of the practitioner counted and not billed otherwise' AS observed,
    CAST(CAST(FLOOR(d.first_seconds / 60) AS BIGINT) AS STRING) || ' min' AS required
  FROM documented AS d
  JOIN left_over AS t
    ON t.care_no = d.care_no AND t.slot = d.slot
  WHERE
    d.first_seconds > 0
)
SELECT
  care_no,
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
    a.care_no,
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
    a.care_no
)
SELECT
  j.care_no,
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
    a.care_no,
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
    a.care_no
)
SELECT
  j.care_no,
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
    a.care_no,
    a.panel_no,
    a.service,
    a.number,
    a.waived_months,
    c.day AS start_day,
    c.month_position - 31 * a.number AS earliest_position,
    c.month_position - 31 * a.waived_months AS waived_from_position
  FROM asked AS a
  JOIN practice_months AS m
    ON m.practice_no = a.practice_no
  LEFT JOIN consent_states AS s
    ON s.care_no = a.care_no AND s.given = 1
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
), waived AS (
  SELECT
    s.care_no,
    MAX(o.service_day) AS day
  FROM starts AS s
  JOIN person_claims AS o
    ON o.panel_no = s.panel_no AND o.practice_no <> 0 AND o.service_day <= s.start_day
  JOIN rule_code_sets AS q
    ON q.set_name = 'continuing_' || s.service
    AND q.code = o.code
    AND q.from_day <= o.service_day
    AND q.to_day >= o.service_day
  JOIN calendar AS c
    ON c.day = o.service_day AND c.month_position >= s.waived_from_position
  WHERE
    s.waived_months > 0
  GROUP BY
    s.care_no
)
SELECT
  s.care_no,
  MAX(s.number) AS number,
  MAX(s.waived_months) AS waived_months,
  MAX(w.day) AS waived_day,
  MAX(
    CASE
      WHEN NOT q.code IS NULL AND c.month_position >= s.earliest_position
      THEN v.service_day
    END
  ) AS qualifying_day,
  MAX(CASE WHEN c.month_position >= s.earliest_position THEN v.service_day END) AS any_day,
  MAX(v.service_day) AS seen_day
FROM starts AS s
LEFT JOIN person_visits AS v
  ON v.panel_no = s.panel_no
LEFT JOIN rule_code_sets AS q
  ON q.set_name = 'initiating_' || s.service
  AND q.code = v.code
  AND q.from_day <= v.service_day
  AND q.to_day >= v.service_day
LEFT JOIN calendar AS c
  ON c.day = v.service_day
LEFT JOIN waived AS w
  ON w.care_no = s.care_no
GROUP BY
  s.care_no;

-- initiating_visit
WITH judged AS (
  SELECT
    care_no,
    number,
    waived_months,
    waived_day,
    qualifying_day,
    seen_day,
    CASE WHEN qualifying_day IS NULL AND waived_day IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM qualifying_visits
)
SELECT
  j.care_no,
  '' AS slot,
  'initiating-visit' AS rule,
  j.verdict,
  CASE
    WHEN j.qualifying_day IS NULL AND NOT j.waived_day IS NULL
    THEN 'care management billed on ' || COALESCE(w.iso, 'a day')
    WHEN j.qualifying_day IS NULL AND j.seen_day IS NULL
    THEN 'no visit on file'
    ELSE 'last visit ' || COALESCE(c.iso, 'long ago')
  END AS observed,
  'a qualifying visit in the ' || CAST(j.number AS STRING) || ' months before the service started, or since' || CASE
    WHEN j.waived_months = 0
    THEN ''
    ELSE ', or care management billed here in the ' || CAST(j.waived_months AS STRING) || ' months before'
  END AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = COALESCE(j.qualifying_day, j.seen_day)
LEFT JOIN calendar AS w
  ON w.day = j.waived_day
WHERE
  j.verdict <> 'yes' OR FALSE;

-- initiating_visit_type
WITH judged AS (
  SELECT
    q.care_no,
    q.any_day,
    q.qualifying_day,
    CASE
      WHEN NOT q.any_day IS NULL AND q.qualifying_day IS NULL AND q.waived_day IS NULL
      THEN 'no'
      ELSE 'yes'
    END AS verdict
  FROM qualifying_visits AS q
  JOIN asked AS a
    ON a.care_no = q.care_no AND a.rule = 'initiating-visit-type'
  WHERE
    NOT q.any_day IS NULL
)
SELECT
  j.care_no,
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
    h.care_no,
    h.slot,
    h.base_code,
    o.base_code || ' is reached too' AS observed,
    ROW_NUMBER() OVER (
      PARTITION BY h.care_no, h.slot
      ORDER BY o.family_rank NULLS LAST, o.family NULLS LAST
    ) AS place
  FROM choices AS h
  JOIN rivals AS t
    ON t.care_no = h.care_no AND t.slot = h.slot AND t.under_service = h.under_service
  JOIN work AS w
    ON w.care_no = h.care_no AND w.seconds > w.practitioner_seconds
  JOIN options AS o
    ON o.care_no = h.care_no
    AND o.slot = h.slot
    AND o.under_service = h.under_service
    AND CASE WHEN o.performer = 'practitioner' THEN 1 ELSE 0 END <> CASE WHEN h.performer = 'practitioner' THEN 1 ELSE 0 END
  UNION ALL
  SELECT
    h.care_no,
    h.slot,
    h.base_code,
    MIN(c.code) || ' is already billed by this practice' AS observed,
    CAST(1 AS BIGINT) AS place
  FROM choices AS h
  JOIN care_months AS m
    ON m.care_no = h.care_no
  JOIN person_claims AS c
    ON c.panel_no = m.panel_no
    AND c.practice_no <> 0
    AND c.service_day >= CAST(20513 AS BIGINT)
    AND c.service_day <= CAST(20543 AS BIGINT)
  JOIN rule_codes AS r
    ON r.code = c.code
    AND r.service = m.service
    AND r.slot = h.slot
    AND r.family <> h.family
    AND r.from_day <= c.service_day
    AND r.to_day >= c.service_day
  GROUP BY
    h.care_no,
    h.slot,
    h.base_code
)
SELECT
  o.care_no,
  o.slot,
  a.rule,
  'no' AS verdict,
  o.observed,
  'the month is coded as ' || o.base_code AS required
FROM others AS o
JOIN asked AS a
  ON a.care_no = o.care_no AND a.rule IN ('one-family', 'pcm-performer')
WHERE
  o.place = 1;

-- live_contact
WITH judged AS (
  SELECT
    a.care_no,
    CASE WHEN a.live_contact = 1 THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  JOIN choices AS h
    ON h.care_no = a.care_no AND h.slot = 'time'
  WHERE
    a.rule = 'live-contact'
)
SELECT
  care_no,
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
    care_no,
    slot,
    base_code AS code,
    service_day,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END AS place
  FROM choices
  UNION ALL
  SELECT
    care_no,
    slot,
    add_on_code AS code,
    service_day,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END || ' add-on' AS place
  FROM choices
  WHERE
    add_on_units > 0
), own AS (
  SELECT
    panel_no,
    service_day,
    code
  FROM person_claims
  WHERE
    practice_no <> 0
    AND service_day >= CAST(20513 AS BIGINT)
    AND service_day <= CAST(20543 AS BIGINT)
  UNION
  SELECT
    panel_no,
    service_day,
    code
  FROM person_visits
  WHERE
    service_day >= CAST(20513 AS BIGINT)
), met AS (
  SELECT
    k.care_no,
    k.slot,
    k.place,
    k.code,
    k.service_day,
    o.code AS other_code
  FROM coded AS k
  JOIN care_months AS c
    ON c.care_no = k.care_no
  JOIN own AS o
    ON o.panel_no = c.panel_no AND o.service_day = k.service_day
  WHERE
    o.code <> k.code
)
SELECT
  m.care_no,
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
  m.care_no,
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
    p.care_no,
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
    p.care_no,
    p.slot,
    p.our_column,
    p.modifier,
    CASE WHEN e.code IS NULL THEN 0 ELSE 1 END
)
SELECT
  care_no,
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
    h.care_no,
    h.slot,
    h.base_code,
    MAX(o.service_day) AS day
  FROM choices AS h
  JOIN asked AS a
    ON a.care_no = h.care_no AND a.rule = 'once-per-start' AND a.text = h.base_code
  JOIN person_claims AS o
    ON o.panel_no = a.panel_no
    AND o.code = h.base_code
    AND o.service_day <= h.service_day
  GROUP BY
    h.care_no,
    h.slot,
    h.base_code
)
SELECT
  j.care_no,
  j.slot,
  'once-per-start' AS rule,
  'no' AS verdict,
  j.base_code || ' billed ' || COALESCE(c.iso, 'earlier') AS observed,
  'once at the start of the service' AS required
FROM judged AS j
LEFT JOIN calendar AS c
  ON c.day = j.day;

-- one_condition
SELECT
  care_no,
  '' AS slot,
  'one-condition' AS rule,
  CASE WHEN conditions >= number THEN 'yes' ELSE 'no' END AS verdict,
  CAST(conditions AS STRING) AS observed,
  CAST(number AS STRING) || ' chronic condition' AS required
FROM asked
WHERE
  rule = 'one-condition' AND (
    conditions < number OR FALSE
  );

-- one_transition
SELECT
  a.care_no,
  d.slot,
  'duplicate-claim' AS rule,
  'no' AS verdict,
  'discharge of ' || COALESCE(c.iso, 'this month') || ' within thirty days of the one of ' || COALESCE(w.iso, 'before') AS observed,
  'one transition in thirty days' AS required
FROM asked AS a
JOIN discharges AS d
  ON d.care_no = a.care_no
LEFT JOIN calendar AS c
  ON c.day = d.discharge_day
LEFT JOIN calendar AS w
  ON w.day = d.window_of
WHERE
  a.rule = 'duplicate-claim' AND a.service = 'tcm' AND NOT d.window_of IS NULL;

-- other_claims_conflict
WITH visit_asked AS (
  SELECT
    MAX(max_days) AS days
  FROM codes_in_force
  WHERE
    basis = 'discharge'
), transition_claims AS (
  SELECT DISTINCT
    d.care_no,
    o.code,
    o.service_day
  FROM discharges AS d
  JOIN evidence AS s
    ON s.care_no = d.care_no
  JOIN person_claims AS o
    ON o.person_no = s.person_no
  CROSS JOIN visit_asked AS v
  WHERE
    o.service_day > d.discharge_day AND o.service_day <= d.discharge_day + v.days
), judged AS (
  SELECT
    s.care_no,
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
  FROM evidence AS s
  JOIN person_claims AS o
    ON o.person_no = s.person_no
  LEFT JOIN transition_claims AS t
    ON t.care_no = s.care_no AND t.code = o.code AND t.service_day = o.service_day
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
      r.window = 'episode' AND NOT t.care_no IS NULL
    )
    OR (
      r.window = 'ever' AND o.service_day <= s.service_day
    )
  GROUP BY
    s.care_no,
    r.rule,
    r.verdict,
    CASE
      WHEN o.practice_no = s.practice_no AND r.window = 'month'
      THEN COALESCE(k.slot, '')
      ELSE ''
    END
)
SELECT
  j.care_no,
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
    s.care_no,
    c.payer_id,
    c.product,
    c.rank,
    CASE
      WHEN c.start_day <= s.service_day AND c.end_day >= s.service_day
      THEN 1
      ELSE 0
    END AS covered,
    ROW_NUMBER() OVER (
      PARTITION BY s.care_no
      ORDER BY CASE
        WHEN c.start_day <= s.service_day AND c.end_day >= s.service_day
        THEN 0
        ELSE 1
      END NULLS LAST, c.rank NULLS LAST, c.start_day DESC, c.payer_id NULLS LAST, c.product NULLS LAST
    ) AS place
  FROM evidence AS s
  JOIN person_coverage_spans AS c
    ON c.person_no = s.person_no
), rivals AS (
  SELECT
    f.care_no,
    MIN(o.payer_id || ' (' || o.product || ')') AS rival
  FROM ranked AS o
  JOIN ranked AS f
    ON f.care_no = o.care_no AND f.rank = o.rank AND f.place = 1
  WHERE
    o.place > 1
    AND o.covered = 1
    AND (
      o.payer_id <> f.payer_id OR o.product <> f.product
    )
  GROUP BY
    f.care_no
)
SELECT
  f.care_no,
  f.payer_id,
  f.product,
  f.covered,
  r.rival
FROM ranked AS f
LEFT JOIN rivals AS r
  ON r.care_no = f.care_no
WHERE
  f.place = 1;

-- payer_terms
WITH seen AS (
  SELECT DISTINCT
    c.payer_id,
    c.product,
    a.service,
    a.service_day
  FROM asked AS a
  JOIN person_coverage AS c
    ON c.care_no = a.care_no
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
    a.care_no,
    a.service,
    a.service_day,
    a.conditions,
    c.payer_id,
    c.product,
    c.covered,
    c.rival
  FROM asked AS a
  LEFT JOIN person_coverage AS c
    ON c.care_no = a.care_no
  WHERE
    a.rule = 'payer-accepts'
), coded AS (
  SELECT
    care_no,
    base_code AS code,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END AS slot
  FROM choices
  UNION ALL
  SELECT
    care_no,
    add_on_code AS code,
    slot || CASE WHEN under_service = '' THEN '' ELSE ' under ' || under_service END || ' add-on' AS slot
  FROM choices
  WHERE
    add_on_units > 0
), spoken_of AS (
  SELECT DISTINCT
    v.care_no
  FROM payer_terms AS t
  JOIN covered AS v
    ON v.payer_id = t.payer_id
    AND v.product = t.product
    AND v.service = t.service
    AND v.service_day = t.service_day
  JOIN coded AS k
    ON k.care_no = v.care_no AND k.code = t.code
  WHERE
    t.code <> '' AND v.covered = 1
), lines_asked AS (
  SELECT
    v.care_no,
    v.service,
    v.service_day,
    v.payer_id,
    v.product,
    v.covered,
    v.rival,
    v.conditions,
    k.slot,
    k.code
  FROM spoken_of AS s
  JOIN covered AS v
    ON v.care_no = s.care_no
  JOIN coded AS k
    ON k.care_no = s.care_no
  UNION ALL
  SELECT
    v.care_no,
    v.service,
    v.service_day,
    v.payer_id,
    v.product,
    v.covered,
    v.rival,
    v.conditions,
    '' AS slot,
    '' AS code
  FROM covered AS v
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM spoken_of AS s
      WHERE
        s.care_no = v.care_no
    )
), termed AS (
  SELECT
    q.care_no,
    q.payer_id,
    q.product,
    q.covered,
    q.rival,
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
    AND o.code <> ''
  LEFT JOIN payer_terms AS g
    ON g.payer_id = q.payer_id
    AND g.product = q.product
    AND g.service = q.service
    AND g.service_day = q.service_day
    AND g.code = ''
), decided AS (
  SELECT
    care_no,
    payer_id,
    product,
    covered,
    rival,
    conditions,
    slot,
    code,
    min_conditions,
    CASE
      WHEN payer_id IS NULL OR NOT rival IS NULL
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
  care_no,
  slot,
  'payer-accepts' AS rule,
  verdict,
  CASE
    WHEN payer_id IS NULL
    THEN 'no coverage on file'
    WHEN covered = 0
    THEN 'coverage by ' || payer_id || ' not in force on the service date'
    WHEN NOT rival IS NULL
    THEN payer_id || ' (' || product || ') and ' || rival || ' have the same rank on the service date'
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
  care_no,
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
    care_no,
    device,
    MAX(days) AS days
  FROM device_readings
  GROUP BY
    care_no,
    device
), judged AS (
  SELECT
    a.care_no,
    n.slot,
    d.days,
    n.min_days,
    CASE WHEN h.care_no IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM asked AS a
  JOIN days AS d
    ON d.care_no = a.care_no
  JOIN least_needed AS n
    ON n.service = a.service AND n.device = d.device
  LEFT JOIN choices AS h
    ON h.care_no = a.care_no AND h.slot = n.slot
  WHERE
    a.rule = 'remote-monitoring-days'
  UNION ALL
  SELECT
    a.care_no,
    'device' AS slot,
    d.days,
    CAST(NULL AS BIGINT) AS min_days,
    'unknown' AS verdict
  FROM asked AS a
  JOIN days AS d
    ON d.care_no = a.care_no AND d.device IS NULL
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
    a.care_no,
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
        d.care_no = a.care_no
    )
  GROUP BY
    a.care_no
)
SELECT
  care_no,
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
WITH several AS (
  SELECT
    person_no
  FROM care_months
  GROUP BY
    person_no
  HAVING
    MIN(practice_no) <> MAX(practice_no)
), coded AS (
  SELECT
    e.care_no,
    e.person_no,
    e.practice_no,
    e.service,
    e.consent_in_force,
    h.service_day,
    h.base_code
  FROM several AS p
  JOIN evidence AS e
    ON e.person_no = p.person_no
  JOIN choices AS h
    ON h.care_no = e.care_no
), rivals AS (
  SELECT
    m.care_no,
    m.service,
    m.service_day,
    o.practice_no AS other_no,
    o.base_code AS other_code,
    o.service_day AS other_day
  FROM coded AS m
  JOIN coded AS o
    ON o.person_no = m.person_no AND o.practice_no <> m.practice_no
  WHERE
    o.consent_in_force = 1
    OR NOT EXISTS(
      SELECT
        1
      FROM rule_requirements AS r
      WHERE
        r.rule = 'consent-documented'
        AND r.service = o.service
        AND r.from_day <= o.service_day
        AND r.to_day >= o.service_day
    )
)
SELECT
  v.care_no,
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
  v.care_no,
  r.rule;

-- same_day_service
SELECT
  care_no,
  place AS slot,
  'duplicate-claim' AS rule,
  'no' AS verdict,
  MIN(other_code) || ' of the same day includes ' || code AS observed,
  'no such service on that day' AS required
FROM same_day_pairs
WHERE
  our_column = 2 AND modifier = 0
GROUP BY
  care_no,
  place,
  code;

-- tcm_contact
WITH judged AS (
  SELECT
    a.care_no,
    a.number,
    d.slot,
    d.business_days_to_contact AS days,
    CASE WHEN d.business_days_to_contact <= a.number THEN 'yes' ELSE 'no' END AS verdict
  FROM asked AS a
  JOIN discharges AS d
    ON d.care_no = a.care_no
  WHERE
    a.rule = 'tcm-contact' AND d.window_of IS NULL
)
SELECT
  care_no,
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
    a.care_no,
    a.number,
    COALESCE(d.slot, '') AS slot,
    d.visit_day - d.discharge_day AS days,
    CASE WHEN h.care_no IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM asked AS a
  LEFT JOIN discharges AS d
    ON d.care_no = a.care_no
  LEFT JOIN choices AS h
    ON h.care_no = a.care_no AND h.slot = d.slot AND h.under_service = ''
  WHERE
    a.rule = 'tcm-visit' AND d.window_of IS NULL
)
SELECT
  care_no,
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
    s.care_no,
    n.slot,
    s.seconds,
    CASE
      WHEN s.mode = 'bundled'
      THEN CAST(s.bundled_seconds AS BIGINT)
      ELSE CAST(n.first_seconds AS BIGINT)
    END AS needed,
    CASE WHEN h.care_no IS NULL THEN 'no' ELSE 'yes' END AS verdict
  FROM evidence AS s
  JOIN least_needed AS n
    ON n.service = s.service
  LEFT JOIN choices AS h
    ON h.care_no = s.care_no AND h.slot = n.slot AND h.under_service = ''
  WHERE
    s.mode <> 'not_payable'
)
SELECT
  care_no,
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
SELECT
  care_no,
  '' AS slot,
  'two-conditions' AS rule,
  CASE WHEN conditions >= number THEN 'yes' ELSE 'no' END AS verdict,
  CAST(conditions AS STRING) AS observed,
  CAST(number AS STRING) || ' chronic conditions' AS required
FROM asked
WHERE
  rule = 'two-conditions' AND (
    conditions < number OR FALSE
  );

-- unit_cap
WITH judged AS (
  SELECT
    h.care_no,
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
  JOIN evidence AS s
    ON s.care_no = h.care_no
  JOIN codes_in_force AS f
    ON f.service = s.service AND f.family = h.family AND f.base_code = h.base_code
  WHERE
    h.add_on_units > 0 AND h.add_on_units = f.add_on_cap
)
SELECT
  care_no,
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
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM add_on_needs_base
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM alive
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM apcm_level
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM care_plan_shared
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM code_in_force
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM complex_decision_making
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM consent_active
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM consent_documented
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM consented_instead
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM documented_minimum
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM home_health_plan
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM hospice_election
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM initiating_visit
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM initiating_visit_type
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM lawful_alternative
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM live_contact
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM modifier_needed
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM once_per_start
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM one_condition
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM one_transition
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM other_claims_conflict
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM payer_accepts
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM priced
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM remote_monitoring_days
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM rival_practice
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM same_day_service
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM tcm_contact
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM tcm_visit
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM threshold_reached
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM two_conditions
UNION ALL
SELECT
  care_no,
  slot,
  rule,
  verdict,
  observed,
  required
FROM unit_cap;

-- blocked
SELECT
  v.care_no,
  v.slot,
  v.rule
FROM verdicts AS v
JOIN evidence AS s
  ON s.care_no = v.care_no
JOIN rule_requirements AS r
  ON r.rule = v.rule
  AND r.service = s.service
  AND r.blocks
  AND r.from_day <= s.service_day
  AND r.to_day >= s.service_day
WHERE
  v.verdict <> 'yes';

-- billable
WITH held_slots AS (
  SELECT
    care_no,
    slot,
    rule
  FROM blocked
  WHERE
    slot <> ''
), open_choices AS (
  SELECT
    h.care_no,
    h.slot,
    h.family,
    h.performer,
    h.under_service,
    h.base_code,
    h.add_on_code,
    h.add_on_units,
    h.service_day,
    h.base_cents,
    h.add_on_cents,
    h.slot || CASE WHEN h.under_service = '' THEN '' ELSE ' under ' || h.under_service END AS place
  FROM choices AS h
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM blocked AS b
      WHERE
        b.care_no = h.care_no AND b.slot = ''
    )
), held_add_ons AS (
  SELECT DISTINCT
    care_no,
    slot
  FROM held_slots
  WHERE
    SUBSTRING(slot, LENGTH(slot) - 6) = ' add-on'
)
SELECT
  h.care_no,
  h.slot,
  h.family,
  h.performer,
  h.under_service,
  h.base_code,
  h.add_on_code,
  CASE WHEN a.care_no IS NULL THEN h.add_on_units ELSE CAST(0 AS BIGINT) END AS add_on_units,
  h.service_day,
  h.base_cents,
  h.add_on_cents
FROM open_choices AS h
LEFT JOIN held_add_ons AS a
  ON a.care_no = h.care_no AND a.slot = h.place || ' add-on'
WHERE
  NOT EXISTS(
    SELECT
      1
    FROM held_slots AS b
    WHERE
      b.care_no = h.care_no
      AND (
        b.slot = h.slot OR b.slot = h.place
      )
      AND (
        h.under_service = ''
        OR b.slot <> h.slot
        OR NOT b.rule IN ('threshold-reached', 'payer-accepts')
      )
  );

-- displaced
WITH lesser AS (
  SELECT
    b.care_no,
    c.panel_no,
    c.service,
    b.service_day
  FROM billable AS b
  JOIN care_months AS c
    ON c.care_no = b.care_no
  WHERE
    EXISTS(
      SELECT
        1
      FROM rule_service_conflicts AS r
      WHERE
        r.loser = c.service AND r.`when` = 'billable'
    )
)
SELECT DISTINCT
  l.care_no,
  r.rule,
  r.winner,
  r.verdict
FROM lesser AS l
JOIN rule_service_conflicts AS r
  ON r.loser = l.service
  AND r.`when` = 'billable'
  AND r.from_day <= l.service_day
  AND r.to_day >= l.service_day
JOIN services AS n
  ON n.service = r.winner
JOIN billable AS w
  ON w.care_no = l.panel_no + n.service_no;

-- standing_choices
WITH standing AS (
  SELECT
    b.care_no,
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
        d.care_no = b.care_no
    )
), under AS (
  SELECT
    s.care_no,
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
  JOIN care_months AS c
    ON c.care_no = s.care_no
  JOIN services AS n
    ON n.service = s.under_service
  WHERE
    s.under_service <> ''
    AND EXISTS(
      SELECT
        1
      FROM standing AS w
      WHERE
        w.care_no = c.panel_no + n.service_no
    )
)
SELECT
  s.care_no,
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
      u.care_no = s.care_no AND u.slot = s.slot
  )
UNION ALL
SELECT
  u.care_no,
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
WITH placed AS (
  SELECT
    s.care_no,
    c.panel_no,
    s.slot,
    s.base_code,
    s.add_on_code,
    s.add_on_units,
    s.service_day
  FROM standing_choices AS s
  JOIN care_months AS c
    ON c.care_no = s.care_no
), several AS (
  SELECT
    panel_no
  FROM placed
  GROUP BY
    panel_no
  HAVING
    CAST(COUNT(1) AS BIGINT) > 1
), coded AS (
  SELECT
    p.care_no,
    p.panel_no,
    p.slot,
    0 AS add_on,
    p.base_code AS code,
    p.service_day
  FROM placed AS p
  JOIN several AS s
    ON s.panel_no = p.panel_no
  UNION ALL
  SELECT
    p.care_no,
    p.panel_no,
    p.slot,
    1 AS add_on,
    p.add_on_code AS code,
    p.service_day
  FROM placed AS p
  JOIN several AS s
    ON s.panel_no = p.panel_no
  WHERE
    p.add_on_units > 0
)
SELECT
  s.care_no,
  s.slot,
  s.add_on,
  s.code,
  MIN(f.code) AS other_code
FROM coded AS s
JOIN coded AS f
  ON f.panel_no = s.panel_no AND f.service_day = s.service_day
JOIN rule_code_pairs AS r
  ON r.column1 = f.code
  AND r.column2 = s.code
  AND r.from_day <= s.service_day
  AND r.to_day >= s.service_day
WHERE
  NOT r.modifier_allowed
GROUP BY
  s.care_no,
  s.slot,
  s.add_on,
  s.code;

-- line_choices
SELECT
  s.care_no,
  s.slot,
  s.family,
  s.performer,
  s.base_code,
  s.add_on_code,
  CASE WHEN a.care_no IS NULL THEN s.add_on_units ELSE CAST(0 AS BIGINT) END AS add_on_units,
  s.service_day,
  s.base_cents,
  s.add_on_cents
FROM standing_choices AS s
LEFT JOIN paired_out AS a
  ON a.care_no = s.care_no AND a.slot = s.slot AND a.add_on = 1
LEFT JOIN paired_out AS b
  ON b.care_no = s.care_no AND b.slot = s.slot AND b.add_on = 0
WHERE
  b.care_no IS NULL;

-- coded_units
WITH numbered AS (
  SELECT
    n.panel_no,
    c.base_code,
    c.service_day,
    c.base_cents,
    s.precedence,
    m.month_units,
    ROW_NUMBER() OVER (
      PARTITION BY n.panel_no, c.base_code
      ORDER BY c.service_day NULLS LAST, s.precedence NULLS LAST
    ) AS place
  FROM line_choices AS c
  JOIN care_months AS n
    ON n.care_no = c.care_no
  JOIN practice_modes AS m
    ON m.practice_no = n.practice_no AND m.service = n.service
  JOIN rule_services AS s
    ON s.service = n.service
    AND s.from_day <= c.service_day
    AND s.to_day >= c.service_day
  WHERE
    c.family = 'bundled'
), capped AS (
  SELECT
    panel_no,
    base_code,
    service_day,
    base_cents,
    precedence,
    place,
    MAX(place) OVER (PARTITION BY panel_no, base_code) AS units
  FROM numbered
  WHERE
    place <= month_units
), bundled AS (
  SELECT
    panel_no,
    base_code AS code,
    CAST(MAX(units) AS BIGINT) AS units,
    MAX(service_day) AS service_day,
    MAX(CASE WHEN place = units THEN base_cents END) AS cents,
    MIN(precedence) AS precedence
  FROM capped
  GROUP BY
    panel_no,
    base_code
)
SELECT
  care_no,
  base_code AS code,
  CAST(1 AS BIGINT) AS units,
  service_day,
  base_cents AS cents
FROM line_choices
WHERE
  family <> 'bundled'
UNION ALL
SELECT
  care_no,
  add_on_code AS code,
  add_on_units AS units,
  service_day,
  add_on_cents AS cents
FROM line_choices
WHERE
  family <> 'bundled' AND add_on_units > 0
UNION ALL
SELECT
  b.panel_no + n.service_no AS care_no,
  b.code,
  b.units,
  b.service_day,
  b.cents
FROM bundled AS b
JOIN rule_services AS s
  ON s.precedence = b.precedence
  AND s.from_day <= b.service_day
  AND s.to_day >= b.service_day
JOIN services AS n
  ON n.service = s.service;

-- numbered_diagnoses
WITH billed AS (
  SELECT DISTINCT
    m.person_no
  FROM line_choices AS l
  JOIN care_months AS m
    ON m.care_no = l.care_no
), ordered_codes AS (
  SELECT
    diagnosis,
    ROW_NUMBER() OVER (ORDER BY diagnosis NULLS LAST) AS diagnosis_no
  FROM (
    SELECT DISTINCT
      diagnosis
    FROM condition_codes
    WHERE
      NOT diagnosis IS NULL
  ) AS d
), numbered_codes AS (
  SELECT
    k.condition_no,
    o.diagnosis_no
  FROM condition_codes AS k
  JOIN ordered_codes AS o
    ON o.diagnosis = k.diagnosis
), named AS (
  SELECT DISTINCT
    c.person_no,
    k.diagnosis_no
  FROM billed AS b
  JOIN condition_categories AS c
    ON c.person_no = b.person_no
  JOIN numbered_codes AS k
    ON k.condition_no = c.condition_no
), placed AS (
  SELECT
    person_no,
    diagnosis_no,
    CAST(ROW_NUMBER() OVER (PARTITION BY person_no ORDER BY diagnosis_no NULLS LAST) AS BIGINT) AS place
  FROM named
)
SELECT
  p.person_no,
  p.place,
  o.diagnosis
FROM placed AS p
JOIN ordered_codes AS o
  ON o.diagnosis_no = p.diagnosis_no;

-- diagnoses
SELECT
  d1.person_no,
  d1.diagnosis || COALESCE(';' || d2.diagnosis, '') || COALESCE(';' || d3.diagnosis, '') || COALESCE(';' || d4.diagnosis, '') || COALESCE(';' || d5.diagnosis, '') || COALESCE(';' || d6.diagnosis, '') || COALESCE(';' || d7.diagnosis, '') || COALESCE(';' || d8.diagnosis, '') || COALESCE(';' || d9.diagnosis, '') || COALESCE(';' || d10.diagnosis, '') || COALESCE(';' || d11.diagnosis, '') || COALESCE(';' || d12.diagnosis, '') AS diagnoses
FROM numbered_diagnoses AS d1
LEFT JOIN numbered_diagnoses AS d2
  ON d2.person_no = d1.person_no AND d2.place = 2
LEFT JOIN numbered_diagnoses AS d3
  ON d3.person_no = d1.person_no AND d3.place = 3
LEFT JOIN numbered_diagnoses AS d4
  ON d4.person_no = d1.person_no AND d4.place = 4
LEFT JOIN numbered_diagnoses AS d5
  ON d5.person_no = d1.person_no AND d5.place = 5
LEFT JOIN numbered_diagnoses AS d6
  ON d6.person_no = d1.person_no AND d6.place = 6
LEFT JOIN numbered_diagnoses AS d7
  ON d7.person_no = d1.person_no AND d7.place = 7
LEFT JOIN numbered_diagnoses AS d8
  ON d8.person_no = d1.person_no AND d8.place = 8
LEFT JOIN numbered_diagnoses AS d9
  ON d9.person_no = d1.person_no AND d9.place = 9
LEFT JOIN numbered_diagnoses AS d10
  ON d10.person_no = d1.person_no AND d10.place = 10
LEFT JOIN numbered_diagnoses AS d11
  ON d11.person_no = d1.person_no AND d11.place = 11
LEFT JOIN numbered_diagnoses AS d12
  ON d12.person_no = d1.person_no AND d12.place = 12
WHERE
  d1.place = 1;

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
), pair_codes AS (
  SELECT
    column1 AS code
  FROM pairs
  UNION
  SELECT
    column2 AS code
  FROM pairs
), paired AS (
  SELECT
    u.care_no,
    m.panel_no,
    u.code,
    u.service_day
  FROM pair_codes AS r
  JOIN coded_units AS u
    ON u.code = r.code
  JOIN care_months AS m
    ON m.care_no = u.care_no
)
SELECT DISTINCT
  s.care_no,
  s.code,
  s.service_day,
  '59' AS modifiers
FROM pairs AS r
JOIN paired AS s
  ON s.code = r.column2 AND r.from_day <= s.service_day AND r.to_day >= s.service_day
JOIN paired AS f
  ON f.code = r.column1 AND f.panel_no = s.panel_no AND f.service_day = s.service_day;

-- first_practitioners
SELECT
  practice_no,
  MIN(staff_no) AS staff_no
FROM staff
WHERE
  role = 'practitioner'
GROUP BY
  practice_no;

-- rendering_practitioners
WITH billed AS (
  SELECT DISTINCT
    l.care_no,
    c.panel_no,
    c.practice_no,
    w.practitioner_no
  FROM line_choices AS l
  JOIN care_months AS c
    ON c.care_no = l.care_no
  LEFT JOIN work AS w
    ON w.care_no = l.care_no
), seen AS (
  SELECT
    v.panel_no,
    v.staff_no,
    ROW_NUMBER() OVER (PARTITION BY v.panel_no ORDER BY v.service_day DESC, v.staff_no NULLS LAST) AS place
  FROM (
    SELECT DISTINCT
      panel_no
    FROM billed
    WHERE
      practitioner_no IS NULL
  ) AS b
  JOIN person_visits AS v
    ON v.panel_no = b.panel_no
  JOIN staff AS s
    ON s.staff_no = v.staff_no AND s.role = 'practitioner'
)
SELECT
  b.care_no,
  COALESCE(b.practitioner_no, s.staff_no, f.staff_no) AS staff_no
FROM billed AS b
LEFT JOIN seen AS s
  ON s.panel_no = b.panel_no AND s.place = 1
LEFT JOIN first_practitioners AS f
  ON f.practice_no = b.practice_no;

-- lines
SELECT
  p.person_id,
  m.practice_id,
  '2026-03' AS month,
  n.service,
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
JOIN care_months AS n
  ON n.care_no = u.care_no
JOIN persons AS p
  ON p.person_no = n.person_no
JOIN practice_months AS m
  ON m.practice_no = n.practice_no
LEFT JOIN rendering_practitioners AS r
  ON r.care_no = u.care_no
LEFT JOIN staff AS s
  ON s.staff_no = r.staff_no
LEFT JOIN person_coverage AS c
  ON c.care_no = u.care_no
LEFT JOIN diagnoses AS d
  ON d.person_no = n.person_no
LEFT JOIN line_modifiers AS x
  ON x.care_no = u.care_no AND x.code = u.code AND x.service_day = u.service_day;

-- requirement_texts
SELECT
  r.rule,
  r.service,
  r.from_day,
  r.to_day,
  REPLACE(COALESCE(r.remedy, ''), '{by}', '2026-03-31') AS remedy,
  CASE
    WHEN REPLACE(REPLACE(COALESCE(r.remedy, ''), '{observed}', ''), '{required}', '') = COALESCE(r.remedy, '')
    THEN 0
    ELSE 1
  END AS remedy_has_places,
  COALESCE(c.source || ', ' || c.place, '') AS citation,
  COALESCE(r.confidence, '') AS confidence,
  k.iso AS effective_from,
  COALESCE(r.blocks, FALSE) AS blocks
FROM rule_requirements AS r
LEFT JOIN rule_citations AS c
  ON c.citation = r.citation
LEFT JOIN calendar AS k
  ON k.day = r.from_day;

-- contested_pieces
WITH ruled AS (
  SELECT
    entry_no,
    care_no,
    start_s,
    set_aside_no
  FROM shared_pieces
  WHERE
    set_aside_no IN (5, 11)
  UNION ALL
  SELECT
    entry_no,
    care_no,
    start_s,
    set_aside_no
  FROM single_pieces
  WHERE
    NOT person_overlap AND set_aside_no = 5
), firsts AS (
  SELECT
    care_no,
    set_aside_no,
    MIN(start_s) AS start_s
  FROM ruled
  GROUP BY
    care_no,
    set_aside_no
), first_pieces AS (
  SELECT
    r.entry_no,
    r.care_no,
    e.panel_no,
    r.set_aside_no AS rule_no,
    r.start_s
  FROM ruled AS r
  JOIN firsts AS f
    ON f.care_no = r.care_no
    AND f.set_aside_no = r.set_aside_no
    AND f.start_s = r.start_s
  JOIN tangled_entries AS e
    ON e.entry_no = r.entry_no
), claims AS (
  SELECT
    entry_no,
    care_no,
    rule_no,
    start_s
  FROM first_pieces
  UNION
  SELECT
    c.other_entry_no AS entry_no,
    p.care_no,
    p.rule_no,
    p.start_s
  FROM first_pieces AS p
  JOIN staff_clashes AS c
    ON c.entry_no = p.entry_no AND c.start_s <= p.start_s AND c.end_s > p.start_s
  WHERE
    p.rule_no = 5
  UNION
  SELECT
    o.entry_no,
    p.care_no,
    p.rule_no,
    p.start_s
  FROM first_pieces AS p
  JOIN single_pieces AS o
    ON o.panel_no = p.panel_no AND o.start_s = p.start_s
)
SELECT DISTINCT
  c.care_no,
  c.rule_no,
  c.start_s,
  t.person_no AS entry_person_no,
  t.staff_no AS entry_staff_no
FROM claims AS c
JOIN tangled_entries AS t
  ON t.entry_no = c.entry_no;

-- contested_entries
WITH named AS (
  SELECT
    c.care_no,
    c.rule_no,
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
  care_no,
  rule_no,
  'entries ' || MIN(time_entry_id) || ' and ' || MAX(time_entry_id) AS entries
FROM named
GROUP BY
  care_no,
  rule_no
HAVING
  MIN(time_entry_id) <> MAX(time_entry_id);

-- set_aside_findings
WITH totals AS (
  SELECT
    care_no,
    set_aside_no,
    CAST(SUM(seconds) AS BIGINT) AS seconds
  FROM minute_totals
  WHERE
    NOT set_aside_no IS NULL
  GROUP BY
    care_no,
    set_aside_no
)
SELECT
  t.care_no,
  r.rule,
  CAST(CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' min ' || CAST(t.seconds - 60 * CAST(FLOOR(t.seconds / 60) AS BIGINT) AS STRING) || ' s' || CASE WHEN c.entries IS NULL THEN '' ELSE ', ' || c.entries END AS observed
FROM totals AS t
JOIN set_aside_rules AS r
  ON r.rule_no = t.set_aside_no AND r.rule <> 'consent-documented'
LEFT JOIN contested_entries AS c
  ON c.care_no = t.care_no AND c.rule_no = t.set_aside_no;

-- findings
WITH stated AS (
  SELECT
    care_no,
    slot,
    rule,
    verdict,
    observed,
    required
  FROM verdicts
  UNION ALL
  SELECT
    care_no,
    '' AS slot,
    rule,
    'no' AS verdict,
    observed,
    'time that counts' AS required
  FROM set_aside_findings
  UNION ALL
  SELECT
    care_no,
    '' AS slot,
    rule,
    verdict,
    winner || ' is billed this month' AS observed,
    'one of the two services' AS required
  FROM displaced
  UNION ALL
  SELECT
    care_no,
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
  s.service,
  f.slot,
  f.rule,
  f.verdict,
  f.observed,
  f.required,
  CASE
    WHEN f.verdict = 'yes' OR r.remedy IS NULL
    THEN ''
    WHEN r.remedy_has_places = 0 AND d.iso IS NULL
    THEN r.remedy
    ELSE REPLACE(
      REPLACE(
        REPLACE(r.remedy, '2026-03-31', COALESCE(d.iso, '2026-03-31')),
        '{observed}',
        f.observed
      ),
      '{required}',
      f.required
    )
  END AS remedy,
  COALESCE(r.citation, '') AS citation,
  COALESCE(r.confidence, '') AS confidence,
  r.effective_from,
  COALESCE(r.blocks, FALSE) AS blocks
FROM stated AS f
JOIN evidence AS s
  ON s.care_no = f.care_no
JOIN persons AS p
  ON p.person_no = s.person_no
JOIN practice_months AS m
  ON m.practice_no = s.practice_no
LEFT JOIN requirement_texts AS r
  ON r.rule = f.rule
  AND r.service = s.service
  AND r.from_day <= s.service_day
  AND r.to_day >= s.service_day
LEFT JOIN calendar AS d
  ON d.day = s.death_day
  AND d.day >= CAST(20513 AS BIGINT)
  AND d.day < CAST(20543 AS BIGINT);

-- minutes
SELECT
  p.person_id,
  m.practice_id,
  '2026-03' AS month,
  w.service,
  CASE t.role_no
    WHEN 0
    THEN 'practitioner'
    WHEN 1
    THEN 'clinical_staff'
    ELSE 'other'
  END AS role,
  CASE WHEN t.set_aside_no IS NULL THEN t.seconds ELSE CAST(0 AS BIGINT) END AS counted_seconds,
  CASE WHEN t.set_aside_no IS NULL THEN CAST(0 AS BIGINT) ELSE t.seconds END AS set_aside_seconds,
  r.rule AS set_aside_reason
FROM minute_totals AS t
JOIN working_services AS w
  ON w.care_no = t.care_no
JOIN persons AS p
  ON p.person_no = w.person_no
JOIN practice_months AS m
  ON m.practice_no = w.practice_no
LEFT JOIN set_aside_rules AS r
  ON r.rule_no = t.set_aside_no;

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
    MAX(
      CASE WHEN rule = 'initiating-visit' THEN waived_months ELSE CAST(0 AS BIGINT) END
    ) AS waived_months,
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
    p.person_no * CAST(16777216 AS BIGINT) + p.practice_no * CAST(64 AS BIGINT) AS panel_no,
    o.service,
    s.service_no,
    COALESCE(n.conditions, CAST(0 AS BIGINT)) AS conditions,
    o.plan_needed,
    o.months_back,
    o.waived_months
  FROM open_people AS p
  JOIN practice_modes AS m
    ON m.practice_no = p.practice_no AND m.mode <> 'not_payable'
  JOIN offered AS o
    ON o.service = m.service
  JOIN services AS s
    ON s.service = o.service
  LEFT JOIN condition_counts AS n
    ON n.person_no = p.person_no
  WHERE
    COALESCE(n.conditions, CAST(0 AS BIGINT)) >= o.conditions
), covered AS (
  SELECT
    c.person_no,
    MAX(CASE WHEN s.product IN ('medicare_ffs', 'medicare_advantage') THEN 1 ELSE 0 END) AS medicare
  FROM (
    SELECT DISTINCT
      person_no
    FROM could
  ) AS c
  JOIN person_coverage_spans AS s
    ON s.person_no = c.person_no
    AND s.start_day <= CAST(20543 AS BIGINT)
    AND s.end_day >= CAST(20543 AS BIGINT)
  GROUP BY
    c.person_no
), seen AS (
  SELECT
    c.panel_no,
    c.service,
    MAX(k.month_position) AS month_position
  FROM could AS c
  JOIN person_visits AS v
    ON v.panel_no = c.panel_no
  JOIN rule_code_sets AS q
    ON q.set_name = 'initiating_' || c.service
    AND q.code = v.code
    AND q.from_day <= v.service_day
    AND q.to_day >= v.service_day
  JOIN calendar AS k
    ON k.day = v.service_day
  GROUP BY
    c.panel_no,
    c.service
), waived AS (
  SELECT
    c.panel_no,
    c.service,
    MAX(k.month_position) AS month_position
  FROM could AS c
  JOIN person_claims AS b
    ON b.panel_no = c.panel_no
    AND b.practice_no <> 0
    AND b.service_day <= CAST(20543 AS BIGINT)
  JOIN rule_code_sets AS q
    ON q.set_name = 'continuing_' || c.service
    AND q.code = b.code
    AND q.from_day <= b.service_day
    AND q.to_day >= b.service_day
  JOIN calendar AS k
    ON k.day = b.service_day
  WHERE
    c.waived_months > 0
  GROUP BY
    c.panel_no,
    c.service
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
    WHEN (
      s.month_position IS NULL
      OR s.month_position < e.month_position - 31 * c.months_back
    )
    AND (
      w.month_position IS NULL
      OR w.month_position < e.month_position - 31 * c.waived_months
    )
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
  ON s.panel_no = c.panel_no AND s.service = c.service
LEFT JOIN waived AS w
  ON w.panel_no = c.panel_no AND w.service = c.service
LEFT JOIN plan_states AS t
  ON t.care_no = c.panel_no + c.service_no;

-- alternatives
SELECT
  p.person_id,
  m.practice_id,
  c.service,
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
    WHEN h.family = o.family AND NOT l.base_code IS NULL
    THEN 'gives way to ' || l.base_code
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
JOIN care_months AS c
  ON c.care_no = o.care_no
JOIN persons AS p
  ON p.person_no = c.person_no
JOIN practice_months AS m
  ON m.practice_no = c.practice_no
LEFT JOIN choices AS h
  ON h.care_no = o.care_no AND h.slot = o.slot AND h.under_service = o.under_service
LEFT JOIN line_choices AS l
  ON l.care_no = o.care_no AND l.slot = o.slot;

-- workable_months
WITH stays_to_the_end AS (
  SELECT
    s.care_no,
    MIN(b.start_day) AS start_day
  FROM standings AS s
  JOIN rule_time AS r
    ON r.service = s.service
    AND r.rule = 'countable-setting'
    AND r.from_day <= CAST(20543 AS BIGINT)
    AND r.to_day >= CAST(20543 AS BIGINT)
  JOIN person_stays AS b
    ON b.person_no = s.person_no
    AND b.kind = r.detail
    AND b.start_day <= s.last_day_of_life_or_month
    AND (
      b.end_day IS NULL OR b.end_day >= s.last_day_of_life_or_month
    )
  GROUP BY
    s.care_no
), consents_that_end AS (
  SELECT
    s.care_no,
    CAST(FLOOR(
      (
        c.ended_at - 1 + CASE WHEN c.ended_at < m.switch_s THEN m.offset_before ELSE m.offset_after END
      ) / 86400
    ) AS BIGINT) AS end_day
  FROM standings AS s
  JOIN rule_time AS r
    ON r.service = s.service
    AND r.rule = 'consent-active'
    AND r.from_day <= CAST(20543 AS BIGINT)
    AND r.to_day >= CAST(20543 AS BIGINT)
  JOIN consent_states AS c
    ON c.care_no = s.care_no
  JOIN practice_months AS m
    ON m.practice_no = s.practice_no
  WHERE
    c.ended_at > m.start_s AND c.ended_at < m.end_s
)
SELECT
  s.care_no,
  s.panel_no,
  s.person_no,
  s.practice_no,
  s.service,
  s.mode,
  s.bundled_code,
  s.bundled_seconds,
  s.seconds,
  s.practitioner_seconds,
  s.conditions,
  s.decision_level,
  s.which_month,
  s.last_day_of_life_or_month AS price_day,
  LEAST(
    s.last_day_of_life_or_month,
    COALESCE(e.start_day - 1, CAST(CAST(20543 AS BIGINT) AS BIGINT)),
    COALESCE(c.end_day, CAST(CAST(20543 AS BIGINT) AS BIGINT))
  ) AS by_day
FROM standings AS s
LEFT JOIN stays_to_the_end AS e
  ON e.care_no = s.care_no
LEFT JOIN consents_that_end AS c
  ON c.care_no = s.care_no;

-- nearest_trials
WITH seen AS (
  SELECT
    w.care_no,
    w.practice_no,
    w.seconds,
    w.practitioner_seconds,
    w.price_day,
    f.slot,
    f.family,
    f.family_rank,
    f.performer,
    f.base_code,
    f.add_on_code,
    f.first_seconds,
    f.step_from_seconds,
    f.add_on_cap,
    GREATEST(CAST(1 AS BIGINT), f.step_seconds) AS step_seconds,
    CASE
      WHEN f.performer = 'practitioner'
      THEN w.practitioner_seconds
      ELSE w.seconds
    END AS clock
  FROM workable_months AS w
  JOIN codes_in_force AS f
    ON f.service = w.service AND f.basis = 'time' AND f.under_service = ''
  WHERE
    w.mode = 'individual'
    AND w.by_day >= CAST(20513 AS BIGINT)
    AND w.decision_level >= f.decision_level
    AND w.conditions >= f.min_conditions
    AND w.conditions <= f.max_conditions
    AND (
      f.first_month = 'any' OR f.first_month = w.which_month
    )
    AND NOT EXISTS(
      SELECT
        1
      FROM codes_in_force AS u
      JOIN services AS n
        ON n.service = u.under_service
      JOIN line_choices AS l
        ON l.care_no = w.panel_no + n.service_no
      WHERE
        u.service = w.service AND u.slot = f.slot AND u.under_service <> ''
    )
), steps AS (
  SELECT
    care_no,
    slot,
    family,
    performer,
    base_code AS code,
    first_seconds - clock AS missing_s
  FROM seen
  WHERE
    clock < first_seconds
  UNION ALL
  SELECT
    care_no,
    slot,
    family,
    performer,
    add_on_code AS code,
    step_from_seconds + (
      CAST(FLOOR((
        clock - step_from_seconds
      ) / step_seconds) AS BIGINT) + 1
    ) * step_seconds - clock AS missing_s
  FROM seen
  WHERE
    add_on_code <> ''
    AND clock >= first_seconds
    AND CAST(FLOOR((
      clock - step_from_seconds
    ) / step_seconds) AS BIGINT) < add_on_cap
), trials AS (
  SELECT
    care_no,
    slot,
    family,
    code,
    missing_s,
    'practitioner' AS role,
    missing_s AS practitioner_missing_s
  FROM steps
  UNION ALL
  SELECT
    care_no,
    slot,
    family,
    code,
    missing_s,
    'clinical_staff' AS role,
    CAST(0 AS BIGINT) AS practitioner_missing_s
  FROM steps
  WHERE
    performer <> 'practitioner'
), reached AS (
  SELECT
    t.care_no,
    t.slot,
    t.family AS step_family,
    t.code,
    t.missing_s,
    t.role,
    s.practice_no,
    s.price_day,
    s.family,
    s.family_rank,
    s.base_code,
    s.add_on_code,
    CASE WHEN s.performer = 'practitioner' THEN 1 ELSE 0 END AS by_practitioner,
    CASE
      WHEN s.seconds + t.missing_s = s.practitioner_seconds + t.practitioner_missing_s
      THEN 1
      ELSE 0
    END AS alone,
    CASE
      WHEN s.add_on_code = ''
      THEN CAST(0 AS BIGINT)
      ELSE GREATEST(
        CAST(0 AS BIGINT),
        LEAST(
          CAST(s.add_on_cap AS BIGINT),
          CAST(FLOOR(
            (
              s.clock + CASE
                WHEN s.performer = 'practitioner'
                THEN t.practitioner_missing_s
                ELSE t.missing_s
              END - s.step_from_seconds
            ) / s.step_seconds
          ) AS BIGINT)
        )
      )
    END AS add_on_units
  FROM trials AS t
  JOIN seen AS s
    ON s.care_no = t.care_no AND s.slot = t.slot
  WHERE
    s.clock + CASE
      WHEN s.performer = 'practitioner'
      THEN t.practitioner_missing_s
      ELSE t.missing_s
    END >= s.first_seconds
), priced AS (
  SELECT
    r.care_no,
    r.slot,
    r.step_family,
    r.code,
    r.missing_s,
    r.role,
    r.practice_no,
    r.price_day,
    r.by_practitioner,
    r.alone,
    r.base_code,
    r.add_on_code,
    r.add_on_units,
    CASE
      WHEN b.cents IS NULL OR (
        r.add_on_units > 0 AND a.cents IS NULL
      )
      THEN NULL
      ELSE b.cents + r.add_on_units * COALESCE(a.cents, CAST(0 AS BIGINT))
    END AS amount_cents,
    ROW_NUMBER() OVER (
      PARTITION BY r.care_no, r.slot, r.step_family, r.code, r.role, r.by_practitioner
      ORDER BY r.family_rank NULLS LAST, r.family NULLS LAST
    ) AS place
  FROM reached AS r
  LEFT JOIN prices AS b
    ON b.practice_no = r.practice_no
    AND b.code = r.base_code
    AND b.from_day <= r.price_day
    AND b.to_day >= r.price_day
  LEFT JOIN prices AS a
    ON a.practice_no = r.practice_no
    AND a.code = r.add_on_code
    AND a.from_day <= r.price_day
    AND a.to_day >= r.price_day
), ranked AS (
  SELECT
    care_no,
    slot,
    step_family,
    code,
    missing_s,
    role,
    base_code,
    add_on_code,
    add_on_units,
    amount_cents,
    ROW_NUMBER() OVER (
      PARTITION BY care_no, slot, step_family, code, role
      ORDER BY CASE WHEN by_practitioner = 1 AND alone = 1 THEN 0 ELSE 1 END NULLS LAST, COALESCE(amount_cents, CAST(-1 AS BIGINT)) DESC, by_practitioner NULLS LAST
    ) AS place
  FROM priced
  WHERE
    place = 1
)
SELECT
  care_no,
  slot,
  step_family AS family,
  code,
  missing_s,
  role,
  base_code,
  add_on_code,
  add_on_units,
  amount_cents
FROM ranked
WHERE
  place = 1;

-- nearest_changes
WITH driven_out AS (
  SELECT
    w.care_no,
    MIN(l.base_code) AS base_code,
    CAST(SUM(l.base_cents + l.add_on_units * COALESCE(l.add_on_cents, CAST(0 AS BIGINT))) AS BIGINT) AS cents
  FROM workable_months AS w
  JOIN rule_service_conflicts AS r
    ON r.winner = w.service
    AND r.`when` = 'billable'
    AND r.from_day <= w.price_day
    AND r.to_day >= w.price_day
  JOIN services AS n
    ON n.service = r.loser
  JOIN line_choices AS l
    ON l.care_no = w.panel_no + n.service_no
  GROUP BY
    w.care_no
), gained AS (
  SELECT
    r.care_no,
    r.slot,
    r.family,
    r.code,
    r.missing_s,
    MIN(r.role) AS first_role,
    MAX(r.role) AS last_role,
    r.base_code,
    r.amount_cents,
    COALESCE(
      CASE
        WHEN h.base_code IS NULL
        THEN d.base_code
        WHEN h.base_code <> r.base_code
        THEN h.base_code
      END,
      ''
    ) AS in_place_of,
    CASE WHEN h.base_code IS NULL THEN d.cents ELSE h.amount_cents END AS amount_before
  FROM nearest_trials AS r
  LEFT JOIN choices AS h
    ON h.care_no = r.care_no AND h.slot = r.slot AND h.under_service = ''
  LEFT JOIN driven_out AS d
    ON d.care_no = r.care_no
  WHERE
    (
      (
        r.code = r.base_code AND (
          h.base_code IS NULL OR h.base_code <> r.code
        )
      )
      OR (
        r.code = r.add_on_code
        AND r.add_on_units > CASE WHEN h.add_on_code = r.code THEN h.add_on_units ELSE 0 END
      )
    )
    AND NOT EXISTS(
      SELECT
        1
      FROM options AS o
      WHERE
        o.care_no = r.care_no
        AND o.slot = r.slot
        AND o.under_service = ''
        AND h.performer = 'practitioner'
        AND o.performer <> 'practitioner'
        AND o.amount_cents > h.amount_cents
        AND r.base_code <> h.base_code
    )
  GROUP BY
    r.care_no,
    r.slot,
    r.family,
    r.code,
    r.missing_s,
    r.base_code,
    r.amount_cents,
    h.base_code,
    h.amount_cents,
    d.base_code,
    d.cents
), bundles_billed AS (
  SELECT
    c.panel_no,
    l.base_code,
    CAST(COUNT(1) AS BIGINT) AS units
  FROM line_choices AS l
  JOIN care_months AS c
    ON c.care_no = l.care_no
  WHERE
    l.family = 'bundled'
  GROUP BY
    c.panel_no,
    l.base_code
), found AS (
  SELECT
    care_no,
    slot,
    family,
    code,
    missing_s,
    CASE WHEN first_role = last_role THEN first_role ELSE 'staff' END AS performer,
    in_place_of,
    amount_cents,
    amount_before
  FROM gained
  UNION ALL
  SELECT
    w.care_no,
    'time' AS slot,
    'bundled' AS family,
    w.bundled_code AS code,
    w.bundled_seconds - w.seconds AS missing_s,
    'staff' AS performer,
    '' AS in_place_of,
    k.cents AS amount_cents,
    CAST(NULL AS BIGINT) AS amount_before
  FROM workable_months AS w
  JOIN practice_modes AS d
    ON d.practice_no = w.practice_no AND d.service = w.service
  LEFT JOIN bundles_billed AS b
    ON b.panel_no = w.panel_no AND b.base_code = w.bundled_code
  LEFT JOIN prices AS k
    ON k.practice_no = w.practice_no
    AND k.code = w.bundled_code
    AND k.from_day <= w.price_day
    AND k.to_day >= w.price_day
  WHERE
    w.mode = 'bundled'
    AND w.by_day >= CAST(20513 AS BIGINT)
    AND w.seconds < w.bundled_seconds
    AND COALESCE(b.units, CAST(0 AS BIGINT)) < d.month_units
    AND NOT EXISTS(
      SELECT
        1
      FROM driven_out AS o
      WHERE
        o.care_no = w.care_no
    )
)
SELECT
  p.person_id,
  m.practice_id,
  w.service,
  t.slot,
  t.family,
  t.performer,
  t.code,
  t.missing_s,
  k.cents,
  t.in_place_of,
  t.amount_cents,
  t.amount_before,
  w.by_day,
  CASE
    WHEN EXISTS(
      SELECT
        1
      FROM blocked AS b
      WHERE
        b.care_no = t.care_no
        AND b.rule <> 'threshold-reached'
        AND (
          b.slot = '' OR b.slot = t.slot OR b.slot = t.slot || ' add-on'
        )
    )
    OR EXISTS(
      SELECT
        1
      FROM rule_service_conflicts AS r
      JOIN services AS n
        ON n.service = r.winner
      JOIN billable AS b
        ON b.care_no = w.panel_no + n.service_no
      WHERE
        r.loser = w.service
        AND r.`when` = 'billable'
        AND r.from_day <= w.price_day
        AND r.to_day >= w.price_day
    )
    OR EXISTS(
      SELECT
        1
      FROM person_coverage AS c
      JOIN payer_terms AS y
        ON y.payer_id = c.payer_id AND y.product = c.product
      WHERE
        c.care_no = t.care_no
        AND c.covered = 1
        AND y.service = w.service
        AND y.code = t.code
        AND y.verdict <> 'yes'
    )
    THEN 1
    ELSE 0
  END AS held
FROM found AS t
JOIN workable_months AS w
  ON w.care_no = t.care_no
JOIN persons AS p
  ON p.person_no = w.person_no
JOIN practice_months AS m
  ON m.practice_no = w.practice_no
LEFT JOIN prices AS k
  ON k.practice_no = w.practice_no
  AND k.code = t.code
  AND k.from_day <= w.price_day
  AND k.to_day >= w.price_day;
