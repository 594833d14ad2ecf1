"""Actions leave for a register of their own with every row: the tables get new names, by which `actions.0001` knows them."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("performance", "0001_initial")]

    operations = [
        migrations.AlterModelTable(name="agreedaction", table="actions_agreedaction"),
        migrations.AlterModelTable(name="moveddue", table="actions_moveddue"),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="MovedDue"), migrations.DeleteModel(name="AgreedAction")]
        ),
    ]
