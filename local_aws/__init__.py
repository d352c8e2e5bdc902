"""The local AWS, for development and end-to-end tests only: an emulator with our plug-ins, and the template deployed into it.

Two environments of Python meet here. `launching`, `deploying`, `glue_tables`, `athena_text` and `athena_worker` run in
the checkout's own; `emulator` and `plugins` run in the emulator's, which has none of our packages.
"""
