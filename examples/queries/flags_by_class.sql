/* What looks wrong, by class: human, technical or coding, and who can mend it.
   Counts: flags; a record that breaks two rules has two. */
SELECT
  flag.class,
  flag.rule,
  flag.owner,
  count(*) AS flags
FROM onecrown_ops.flag
GROUP BY flag.class, flag.rule, flag.owner
ORDER BY flag.class, flag.rule
